//! `lamel system df`: prints what takes how much room.

use super::{Context, Outcome};

/// The options of `system df`.
#[derive(Debug, clap::Args)]
pub struct Options {}

/// Prints disk usage.
pub fn run(options: Options, context: &Context) -> Outcome {
    let _ = (options, context);
    todo!()
}
