//! `lamel create`: makes a container without starting it.

use super::{Context, Outcome};

/// The options of `create`.
#[derive(Debug, clap::Args)]
pub struct Options {}

/// Makes a container.
pub fn run(options: Options, context: &Context) -> Outcome {
    let _ = (options, context);
    todo!()
}
