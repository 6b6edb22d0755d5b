//! `lamel volume exists`: reports by the exit code whether a volume exists.

use crate::commands::context::Context;
use crate::commands::{DONE, Outcome, SOME_FAILED};

/// The options of `volume exists`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Name of the volume
    #[arg(value_name = "VOLUME")]
    name: String,
}

/// Prints nothing; the exit code is 0 where the volume exists, and else 1.
pub fn run(options: Options, context: &Context) -> Outcome {
    let found = context.store()?.volume(&options.name)?.is_some();
    Ok(if found { DONE } else { SOME_FAILED })
}
