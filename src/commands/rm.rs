//! `lamel rm`: removes containers.

use super::{Context, Outcome};

/// The options of `rm`.
#[derive(Debug, clap::Args)]
pub struct Options {}

/// Removes containers.
pub fn run(options: Options, context: &Context) -> Outcome {
    let _ = (options, context);
    todo!()
}
