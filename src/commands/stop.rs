//! `lamel stop`: asks containers to stop, then kills them.

use super::{Context, Outcome};

/// The options of `stop`.
#[derive(Debug, clap::Args)]
pub struct Options {}

/// Stops containers.
pub fn run(options: Options, context: &Context) -> Outcome {
    let _ = (options, context);
    todo!()
}
