//! `lamel load`: reads images from an archive.

use super::{Context, Outcome};

/// The options of `load`.
#[derive(Debug, clap::Args)]
pub struct Options {}

/// Loads images.
pub fn run(options: Options, context: &Context) -> Outcome {
    let _ = (options, context);
    todo!()
}
