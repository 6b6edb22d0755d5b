//! `lamel untag`: takes names from an image.

use crate::commands::context::Context;
use crate::commands::{DONE, Outcome};
use crate::image::names::tag;

/// The options of `untag`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Name or ID of the image
    #[arg(value_name = "IMAGE")]
    source: String,
    /// Names to remove (default: all names of the image)
    #[arg(value_name = "NAME[:TAG]")]
    names: Vec<String>,
}

/// Takes the names; the image stays.
pub fn run(options: Options, context: &Context) -> Outcome {
    tag::untag(&context.store()?, &options.source, &options.names)?;
    Ok(DONE)
}
