//! `lamel stop`: sends containers their stop signal, and SIGKILL after a timeout.

use crate::commands::context::Context;
use crate::commands::options::containers::selected::SelectedContainers;
use crate::commands::output::each::each;
use crate::commands::{DONE, Outcome};
use crate::container::Container;
use crate::container::config::process::signal;
use crate::container::control::stop;
use crate::container::state::status::State;
use crate::ui::print;
use anyhow::Result;
use std::panic::resume_unwind;

/// The options of `stop`.
#[derive(Debug, clap::Args)]
#[command(mut_arg("all", |arg| arg.short('a')), mut_arg("filter", |arg| arg.short('f')))]
pub struct Options {
    #[command(flatten)]
    stop: StopOptions,
    /// Ignore containers that do not exist
    #[arg(short, long)]
    ignore: bool,
    #[command(flatten)]
    selected: SelectedContainers,
}

/// The options of `stop` and `restart` on stopping.
#[derive(Debug, clap::Args)]
pub struct StopOptions {
    /// Seconds to wait before SIGKILL; -1 waits forever
    #[arg(
        short,
        long,
        visible_alias = "timeout",
        value_name = "SECONDS",
        allow_negative_numbers = true
    )]
    pub time: Option<i64>,
    /// Signal to send in place of the container's stop signal
    #[arg(short, long, value_name = "SIGNAL")]
    signal: Option<String>,
}

impl StopOptions {
    /// The signal in place of the containers' own.
    pub fn signal(&self) -> Result<Option<i32>> {
        self.signal.as_deref().map(signal::parse).transpose()
    }
}

/// Stops containers and prints their names.
pub fn run(options: Options, context: &Context) -> Outcome {
    // Not inside the user namespace: from there the processes of other containers cannot be signalled.
    let store = context.store()?;
    let names = options.selected.existing(&store, options.ignore, &State::is_active)?;
    let signal = options.stop.signal()?;
    let stop = |name: &String| stop::stop(&Container::find(&store, name)?, signal, options.stop.time);
    if let [name] = names.as_slice() {
        stop(name)?;
        print::line(name)?;
        return Ok(DONE);
    }
    // All at the same time, since each may take until its timeout.
    std::thread::scope(|scope| {
        let started: Vec<_> = names.iter().map(|name| scope.spawn(move || stop(name))).collect();
        let mut threads = started.into_iter();
        each(&names, |name| {
            let stopped = threads.next().map(|thread| thread.join());
            stopped
                .expect("there is a thread for each name")
                .unwrap_or_else(|panic| resume_unwind(panic))?;
            print::line(name)
        })
    })
}
