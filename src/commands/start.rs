//! `lamel start`: starts containers that have stopped or were never started.

use super::{Context, Outcome};

/// The options of `start`.
#[derive(Debug, clap::Args)]
pub struct Options {}

/// Starts containers.
pub fn run(options: Options, context: &Context) -> Outcome {
    let _ = (options, context);
    todo!()
}
