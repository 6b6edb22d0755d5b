//! `lamel images`: lists images.

use super::{Context, Outcome};

/// The options of `images`.
#[derive(Debug, clap::Args)]
pub struct Options {}

/// Lists images.
pub fn run(options: Options, context: &Context) -> Outcome {
    let _ = (options, context);
    todo!()
}
