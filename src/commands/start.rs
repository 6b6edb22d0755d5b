//! `lamel start`: starts containers that have stopped or were never started.

use super::outlive::note_logout;
use super::run::{finish, with_code};
use super::{Context, Outcome, each};
use crate::container::{self, Container};
use crate::sys::executable;
use crate::sys::process::Process;
use crate::ui;
use anyhow::{Result, ensure};

/// The options of `start`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Stay, and pass on output and signals
    #[arg(short, long)]
    attach: bool,
    /// Stay, and pass on input as well
    #[arg(short, long)]
    interactive: bool,
    /// Who tells the service manager that the container is ready, in place of what it was made with
    #[arg(long, value_name = "container|conmon|ignore")]
    sdnotify: Option<container::Notify>,
    /// The containers
    #[arg(required = true, value_name = "CONTAINER")]
    names: Vec<String>,
}

/// Starts containers and prints their names; with `-a` one, whose exit code is returned.
pub fn run(options: Options, context: &Context) -> Outcome {
    executable::protect()?;
    // One that shares namespaces is started in the user namespace of the other.
    let mapping = match peer(&options.names, context)? {
        Some(peer) => context.join_userns(&peer)?,
        None => context.enter_userns()?,
    };
    let store = context.store()?;
    let find = |name: &str| -> Result<Container> {
        let mut container = Container::find(&store, name)?;
        let notify = &mut container.config.host.supervision.notify;
        *notify = options.sdnotify.unwrap_or(*notify);
        Ok(container)
    };
    if options.attach || options.interactive {
        ensure!(options.names.len() == 1, "only one container can be attached to");
        let container = find(&options.names[0])?;
        let input = options.interactive && container.config.open_stdin;
        return finish(container::start_attached(&store, &container, mapping, input));
    }
    let mut left_running = false;
    let outcome = each(&options.names, |name| {
        let container = find(name)?;
        // As in Docker, one that runs is started already.
        if !container.state()?.is_active() {
            container::start_detached(&store, &container, mapping).map_err(with_code)?;
            left_running = true;
        }
        ui::print::line(name)
    });
    if left_running {
        note_logout();
    }
    outcome
}

/// The container that the only one to start shares namespaces with.
fn peer(names: &[String], context: &Context) -> Result<Option<Process>> {
    let [name] = names else { return Ok(None) };
    let store = context.store()?;
    // One that is not there is an error of its own, later.
    match Container::find(&store, name) {
        Ok(container) => container::first_peer(&store, container.config.peers()),
        Err(_) => Ok(None),
    }
}
