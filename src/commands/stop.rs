//! `lamel stop`: asks containers to end, and makes them.

use super::{Context, Outcome, each};
use crate::container::{self, Container};
use crate::ui;

/// The options of `stop`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Seconds until SIGKILL; -1: never
    #[arg(
        short,
        long,
        visible_alias = "timeout",
        value_name = "SECONDS",
        allow_negative_numbers = true
    )]
    time: Option<i64>,
    /// The containers
    #[arg(required = true, value_name = "CONTAINER")]
    names: Vec<String>,
}

/// Stops containers and prints their names.
pub fn run(options: Options, context: &Context) -> Outcome {
    // Not inside the user namespace: from there other containers' processes cannot be signalled.
    let store = context.store()?;
    each(&options.names, |name| {
        container::stop(&Container::find(&store, name)?, options.time)?;
        ui::print::line(name)
    })
}
