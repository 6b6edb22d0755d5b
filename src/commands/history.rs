//! `lamel history`: prints how an image was made.

use super::{Context, Outcome};

/// The options of `history`.
#[derive(Debug, clap::Args)]
pub struct Options {}

/// Prints an image's history.
pub fn run(options: Options, context: &Context) -> Outcome {
    let _ = (options, context);
    todo!()
}
