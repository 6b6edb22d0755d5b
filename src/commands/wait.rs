//! `lamel wait`: waits for containers to stop.

use super::{Context, Outcome, each};
use crate::container::{self, Container};
use crate::ui;

/// The options of `wait`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The containers
    #[arg(required = true, value_name = "CONTAINER")]
    names: Vec<String>,
}

/// Waits for containers in turn and prints their exit codes.
pub fn run(options: Options, context: &Context) -> Outcome {
    let store = context.store()?;
    each(&options.names, |name| {
        let code = container::wait(&Container::find(&store, name)?)?;
        ui::print::line(code)
    })
}
