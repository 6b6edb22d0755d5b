//! `lamel stop`: asks containers to end, and makes them.

use super::chosen::Chosen;
use super::{Context, Outcome, each};
use crate::container::{self, Container, State};
use crate::ui;
use anyhow::Result;

/// The options of `stop`.
#[derive(Debug, clap::Args)]
#[command(mut_arg("all", |arg| arg.short('a')), mut_arg("filter", |arg| arg.short('f')))]
pub struct Options {
    #[command(flatten)]
    how: How,
    /// Pass over containers that are not there
    #[arg(short, long)]
    ignore: bool,
    #[command(flatten)]
    chosen: Chosen,
}

/// How containers are asked to end.
#[derive(Debug, clap::Args)]
pub(super) struct How {
    /// Seconds until SIGKILL; -1: never
    #[arg(
        short,
        long,
        visible_alias = "timeout",
        value_name = "SECONDS",
        allow_negative_numbers = true
    )]
    pub time: Option<i64>,
    /// The signal that asks them to end, in place of their own
    #[arg(short, long)]
    signal: Option<String>,
}

impl How {
    pub fn signal(&self) -> Result<Option<i32>> {
        self.signal.as_deref().map(container::signal::parse).transpose()
    }
}

/// Stops containers and prints their names.
pub fn run(options: Options, context: &Context) -> Outcome {
    // Not inside the user namespace: from there other containers' processes cannot be signalled.
    let store = context.store()?;
    let names = options.chosen.existing(&store, options.ignore, &State::is_active)?;
    let signal = options.how.signal()?;
    each(&names, |name| {
        container::stop(&Container::find(&store, name)?, signal, options.how.time)?;
        ui::print::line(name)
    })
}
