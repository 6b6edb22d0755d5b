//! `lamel exec`: runs a command in a running container.

use super::{Context, Outcome};

/// The options of `exec`.
#[derive(Debug, clap::Args)]
pub struct Options {}

/// Runs a command in a container.
pub fn run(options: Options, context: &Context) -> Outcome {
    let _ = (options, context);
    todo!()
}
