//! `lamel kill`: sends a signal to containers.

use super::{Context, Outcome};

/// The options of `kill`.
#[derive(Debug, clap::Args)]
pub struct Options {}

/// Sends a signal.
pub fn run(options: Options, context: &Context) -> Outcome {
    let _ = (options, context);
    todo!()
}
