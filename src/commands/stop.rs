//! `lamel stop`: asks containers to end, and makes them.

use super::chosen::Chosen;
use super::{Context, Outcome, each};
use crate::container::{self, Container, State};
use crate::ui;

/// The options of `stop`.
#[derive(Debug, clap::Args)]
#[command(mut_arg("all", |arg| arg.short('a')), mut_arg("filter", |arg| arg.short('f')))]
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
    /// The signal that asks them to end, in place of their own
    #[arg(short, long)]
    signal: Option<String>,
    /// Pass over containers that are not there
    #[arg(short, long)]
    ignore: bool,
    #[command(flatten)]
    chosen: Chosen,
}

/// Stops containers and prints their names.
pub fn run(options: Options, context: &Context) -> Outcome {
    // Not inside the user namespace: from there other containers' processes cannot be signalled.
    let store = context.store()?;
    let names = options.chosen.existing(&store, options.ignore, &State::is_active)?;
    let signal = options.signal.as_deref().map(container::signal::parse).transpose()?;
    each(&names, |name| {
        container::stop(&Container::find(&store, name)?, signal, options.time)?;
        ui::print::line(name)
    })
}
