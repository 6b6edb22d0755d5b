//! `lamel info`: prints how this host is used.

use super::{Context, Outcome};

/// The options of `info`.
#[derive(Debug, clap::Args)]
pub struct Options {}

/// Prints the store, the mapping and the cgroups.
pub fn run(options: Options, context: &Context) -> Outcome {
    let _ = (options, context);
    todo!()
}
