//! `lamel tag`: gives an image one more name.

use super::{Context, Outcome};

/// The options of `tag`.
#[derive(Debug, clap::Args)]
pub struct Options {}

/// Names an image.
pub fn run(options: Options, context: &Context) -> Outcome {
    let _ = (options, context);
    todo!()
}
