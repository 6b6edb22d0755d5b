//! `lamel network exists`: reports by the exit code whether a network exists.

use crate::commands::context::Context;
use crate::commands::{DONE, Outcome, SOME_FAILED};

/// The options of `network exists`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Name or ID of the network
    #[arg(value_name = "NETWORK")]
    name: String,
}

/// Prints nothing; the exit code is 0 where the network exists, and else 1.
pub fn run(options: Options, context: &Context) -> Outcome {
    let found = context.store()?.network(&options.name)?.is_some();
    Ok(if found { DONE } else { SOME_FAILED })
}
