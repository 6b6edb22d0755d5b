//! `lamel wait`: waits for containers to stop, and prints their exit codes.

use super::{Context, Outcome};

/// The options of `wait`.
#[derive(Debug, clap::Args)]
pub struct Options {}

/// Waits for containers.
pub fn run(options: Options, context: &Context) -> Outcome {
    let _ = (options, context);
    todo!()
}
