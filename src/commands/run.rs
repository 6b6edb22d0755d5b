//! `lamel run`: makes a container and starts it.

use super::{Context, Outcome};

/// The options of `run`.
#[derive(Debug, clap::Args)]
pub struct Options {}

/// Runs a command in a new container.
pub fn run(options: Options, context: &Context) -> Outcome {
    let _ = (options, context);
    todo!()
}
