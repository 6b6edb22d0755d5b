//! `lamel tag` and `untag`: adds and removes names of an image.

use crate::commands::context::Context;
use crate::commands::{DONE, Outcome};
use crate::image::names::tag;

/// The options of `tag`.
#[derive(Debug, clap::Args)]
pub struct TagOptions {
    /// Name or ID of the image
    #[arg(value_name = "IMAGE")]
    source: String,
    /// New name of the image
    #[arg(value_name = "NAME[:TAG]")]
    target: String,
}

/// Gives an image one more name.
pub fn tag(options: TagOptions, context: &Context) -> Outcome {
    tag::tag(&context.store()?, &options.source, &options.target)?;
    Ok(DONE)
}

/// The options of `untag`.
#[derive(Debug, clap::Args)]
pub struct UntagOptions {
    /// Name or ID of the image
    #[arg(value_name = "IMAGE")]
    source: String,
    /// Names to remove (default: all names of the image)
    #[arg(value_name = "NAME[:TAG]")]
    names: Vec<String>,
}

/// Removes names of an image; the image stays.
pub fn untag(options: UntagOptions, context: &Context) -> Outcome {
    tag::untag(&context.store()?, &options.source, &options.names)?;
    Ok(DONE)
}
