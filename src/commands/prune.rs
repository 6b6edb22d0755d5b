//! `lamel prune`: removes what nothing uses.

use super::{Context, Outcome};

/// The options of `prune`.
#[derive(Debug, clap::Args)]
pub struct Options {}

/// Removes what nothing uses.
pub fn run(options: Options, context: &Context) -> Outcome {
    let _ = (options, context);
    todo!()
}
