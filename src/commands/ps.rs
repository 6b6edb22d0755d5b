//! `lamel ps`: lists containers.

use super::{Context, Outcome};

/// The options of `ps`.
#[derive(Debug, clap::Args)]
pub struct Options {}

/// Lists containers.
pub fn run(options: Options, context: &Context) -> Outcome {
    let _ = (options, context);
    todo!()
}
