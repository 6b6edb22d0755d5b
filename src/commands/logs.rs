//! `lamel logs`: prints what a container wrote.

use super::{Context, Outcome};

/// The options of `logs`.
#[derive(Debug, clap::Args)]
pub struct Options {}

/// Prints a container's output.
pub fn run(options: Options, context: &Context) -> Outcome {
    let _ = (options, context);
    todo!()
}
