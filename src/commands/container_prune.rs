//! `lamel container prune`: removes containers that do not run.

use super::{Context, Outcome};

/// The options of `container prune`.
#[derive(Debug, clap::Args)]
pub struct Options {}

/// Removes stopped containers.
pub fn run(options: Options, context: &Context) -> Outcome {
    let _ = (options, context);
    todo!()
}
