//! `lamel kill`: sends a signal to containers.

use super::{Context, Outcome, each};
use crate::container::{self, Container};
use crate::ui;

/// The options of `kill`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The signal, by name or number
    #[arg(short, long, default_value = "KILL")]
    signal: String,
    /// The containers
    #[arg(required = true, value_name = "CONTAINER")]
    names: Vec<String>,
}

/// Signals containers and prints their names.
pub fn run(options: Options, context: &Context) -> Outcome {
    let signal = container::signal::parse(&options.signal)?;
    // Not inside the user namespace: from there other containers' processes cannot be signalled.
    let store = context.store()?;
    each(&options.names, |name| {
        container::kill(&Container::find(&store, name)?, signal)?;
        ui::print::line(name)
    })
}
