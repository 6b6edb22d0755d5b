//! `lamel pull`: fetches an image and gives it its name.

use super::{Context, Outcome};

/// The options of `pull`.
#[derive(Debug, clap::Args)]
pub struct Options {}

/// Pulls an image.
pub fn run(options: Options, context: &Context) -> Outcome {
    let _ = (options, context);
    todo!()
}
