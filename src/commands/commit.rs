//! `lamel commit`: makes an image of a container's changes.

use super::{Context, Outcome};

/// The options of `commit`.
#[derive(Debug, clap::Args)]
pub struct Options {}

/// Makes an image of a container.
pub fn run(options: Options, context: &Context) -> Outcome {
    let _ = (options, context);
    todo!()
}
