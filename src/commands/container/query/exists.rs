//! `lamel container exists`: whether there is such a container, as an exit code.

use crate::commands::context::Context;
use crate::commands::{DONE, Outcome, SOME_FAILED};

/// The options of `container exists`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Look at other programs' containers too; there are none
    #[arg(long)]
    external: bool,
    /// The container
    container: String,
}

/// Prints nothing; 0 where there is such a container, 1 where there is none.
pub fn run(options: Options, context: &Context) -> Outcome {
    let found = context.store()?.find_container(&options.container)?.is_some();
    Ok(if found { DONE } else { SOME_FAILED })
}
