//! `lamel tag`: gives an image one more name.

use super::{Context, DONE, Outcome};
use crate::image;

/// The options of `tag`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The image: a name, an ID or the start of one
    #[arg(value_name = "IMAGE")]
    source: String,
    /// Its new name
    #[arg(value_name = "NAME[:TAG]")]
    target: String,
}

/// Names an image.
pub fn run(options: Options, context: &Context) -> Outcome {
    image::tag(&context.store()?, &options.source, &options.target)?;
    Ok(DONE)
}
