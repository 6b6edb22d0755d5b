//! `lamel diff`: lists what a container changed.

use super::{Context, Outcome};

/// The options of `diff`.
#[derive(Debug, clap::Args)]
pub struct Options {}

/// Lists a container's changes.
pub fn run(options: Options, context: &Context) -> Outcome {
    let _ = (options, context);
    todo!()
}
