//! `lamel import`: makes an image of one layer from a tar.

use super::{Context, Outcome};

/// The options of `import`.
#[derive(Debug, clap::Args)]
pub struct Options {}

/// Imports a tar.
pub fn run(options: Options, context: &Context) -> Outcome {
    let _ = (options, context);
    todo!()
}
