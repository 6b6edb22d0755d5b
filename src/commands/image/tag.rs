//! `lamel tag`: gives an image one more name.

use crate::commands::context::Context;
use crate::commands::{DONE, Outcome};
use crate::image::names::tag;

/// The options of `tag`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Name or ID of the image
    #[arg(value_name = "IMAGE")]
    source: String,
    /// New name of the image
    #[arg(value_name = "NAME[:TAG]")]
    target: String,
}

/// Names an image.
pub fn run(options: Options, context: &Context) -> Outcome {
    tag::tag(&context.store()?, &options.source, &options.target)?;
    Ok(DONE)
}
