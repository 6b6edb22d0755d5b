//! `lamel image prune`: removes images that nothing uses.

use super::{Context, Outcome};

/// The options of `image prune`.
#[derive(Debug, clap::Args)]
pub struct Options {}

/// Removes unused images.
pub fn run(options: Options, context: &Context) -> Outcome {
    let _ = (options, context);
    todo!()
}
