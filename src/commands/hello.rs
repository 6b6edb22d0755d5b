//! `lamel __hello`: what the built-in image `hello` runs.

use super::{Context, Outcome};

/// The options of `__hello`.
#[derive(Debug, clap::Args)]
pub struct Options {}

/// Tells what just happened.
pub fn run(options: Options, context: &Context) -> Outcome {
    let _ = (options, context);
    todo!()
}
