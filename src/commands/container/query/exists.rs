//! `lamel container exists`: reports by the exit code whether a container exists.

use crate::commands::context::Context;
use crate::commands::{DONE, Outcome, SOME_FAILED};

/// The options of `container exists`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Accepted for compatibility: lamel has no containers of other programs
    #[arg(long)]
    external: bool,
    /// Name or ID of the container
    #[arg(value_name = "CONTAINER")]
    container: String,
}

/// Prints nothing; the exit code is 0 where the container exists, and else 1.
pub fn run(options: Options, context: &Context) -> Outcome {
    let found = context.store()?.find_container(&options.container)?.is_some();
    Ok(if found { DONE } else { SOME_FAILED })
}
