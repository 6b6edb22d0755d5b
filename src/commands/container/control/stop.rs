//! `lamel stop`: asks containers to end, and makes them.

use crate::commands::context::Context;
use crate::commands::options::containers::selected::SelectedContainers;
use crate::commands::output::each::each;
use crate::commands::{DONE, Outcome};
use crate::container::Container;
use crate::container::config::signal;
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
    how: How,
    /// Ignore containers that do not exist
    #[arg(short, long)]
    ignore: bool,
    #[command(flatten)]
    selected: SelectedContainers,
}

/// How containers are asked to end.
#[derive(Debug, clap::Args)]
pub struct How {
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

impl How {
    pub fn signal(&self) -> Result<Option<i32>> {
        self.signal.as_deref().map(signal::parse).transpose()
    }
}

/// Stops containers and prints their names.
pub fn run(options: Options, context: &Context) -> Outcome {
    // Not inside the user namespace: from there other containers' processes cannot be signalled.
    let store = context.store()?;
    let names = options.selected.existing(&store, options.ignore, &State::is_active)?;
    let signal = options.how.signal()?;
    let stop = |name: &String| stop::stop(&Container::find(&store, name)?, signal, options.how.time);
    if let [name] = names.as_slice() {
        stop(name)?;
        print::line(name)?;
        return Ok(DONE);
    }
    // All at once: each may take its time.
    std::thread::scope(|scope| {
        let under_way: Vec<_> = names.iter().map(|name| scope.spawn(move || stop(name))).collect();
        let mut under_way = under_way.into_iter();
        each(&names, |name| {
            let stopped = under_way.next().map(|thread| thread.join());
            stopped
                .expect("each has its thread")
                .unwrap_or_else(|panic| resume_unwind(panic))?;
            print::line(name)
        })
    })
}
