//! `lamel restart`: stops containers and starts them again.

use crate::commands::container::control::stop::StopOptions;
use crate::commands::context::Context;
use crate::commands::options::containers::selected::SelectedContainers;
use crate::commands::output::each::report;
use crate::commands::output::exit_code::with_code;
use crate::commands::{DONE, Outcome, SOME_FAILED};
use crate::container::Container;
use crate::container::control::restart;
use crate::container::run::monitor;
use crate::container::state::status::State;
use crate::sys::process::executable;
use crate::ui::print;
use anyhow::Result;

/// The options of `restart`.
#[derive(Debug, clap::Args)]
#[command(mut_arg("all", |arg| arg.short('a')), mut_arg("filter", |arg| arg.short('f')))]
pub struct Options {
    #[command(flatten)]
    stop: StopOptions,
    /// Restart only running containers, when none are named
    #[arg(long)]
    running: bool,
    #[command(flatten)]
    selected: SelectedContainers,
}

/// Restarts containers and prints their names. First stops all, and only then enters the user namespace: containers are
/// started inside it, and cannot be stopped from there.
pub fn run(options: Options, context: &Context) -> Outcome {
    executable::protect()?;
    let signal = options.stop.signal()?;
    let store = context.store()?;
    let suits = |state: &State| !options.running || state.is_active();
    let names = options.selected.names(&store, false, &suits)?;
    let stop = |name: &str| -> Result<Container> {
        let container = Container::find(&store, name)?;
        restart::stop_to_restart(&container, signal, options.stop.time)?;
        Ok(container)
    };
    let mut failed = false;
    let mut stopped = Vec::new();
    for name in &names {
        match stop(name) {
            Ok(container) => stopped.push((name, container)),
            Err(error) if names.len() == 1 => return Err(error),
            Err(error) => failed |= report(error)?,
        }
    }
    if !stopped.is_empty() {
        let mapping = context.enter_userns()?;
        let store = context.store()?;
        for (name, container) in stopped {
            match monitor::start_detached(&store, &container, mapping).map_err(with_code) {
                Ok(()) => print::line(name)?,
                Err(error) if names.len() == 1 => return Err(error),
                Err(error) => failed |= report(error)?,
            }
        }
    }
    Ok(if failed { SOME_FAILED } else { DONE })
}
