//! `lamel rmi`: removes images.

use super::{Context, Outcome};

/// The options of `rmi`.
#[derive(Debug, clap::Args)]
pub struct Options {}

/// Removes images.
pub fn run(options: Options, context: &Context) -> Outcome {
    let _ = (options, context);
    todo!()
}
