//! `lamel start`: starts containers.

use crate::commands::Outcome;
use crate::commands::context::Context;
use crate::commands::options::attach::AttachOptions;
use crate::commands::options::containers::selected::SelectedContainers;
use crate::commands::output::each::each;
use crate::commands::output::exit_code;
use crate::commands::output::outlive::note_logout;
use crate::container::Container;
use crate::container::config::supervision;
use crate::container::processes::shared_namespaces;
use crate::container::run;
use crate::container::run::monitor;
use crate::container::state::status::State;
use crate::sys::process::executable;
use crate::sys::process::identity::Process;
use crate::ui::print;
use anyhow::{Result, bail};

/// The options of `start`.
#[derive(Debug, clap::Args)]
#[command(mut_arg("filter", |arg| arg.short('f')))]
pub struct Options {
    /// Attach to output, and forward signals
    #[arg(short, long)]
    attach: bool,
    /// Attach to standard input as well
    #[arg(short, long)]
    interactive: bool,
    /// Override who reports READY=1 to systemd
    #[arg(long, value_name = "container|conmon|ignore")]
    sdnotify: Option<supervision::Notify>,
    #[command(flatten)]
    attach_options: AttachOptions,
    #[command(flatten)]
    selected: SelectedContainers,
}

/// Starts containers and prints their names; with `--attach` a single one, and returns its exit code.
pub fn run(options: Options, context: &Context) -> Outcome {
    executable::protect()?;
    let names = options
        .selected
        .names(&context.store()?, false, &|state: &State| !state.is_active())?;
    // A container that shares namespaces of another one must be started in the user namespace that owns them.
    let mapping = match peer(&names, context)? {
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
        let [name] = names.as_slice() else {
            bail!("you cannot start and attach multiple containers at once");
        };
        let container = find(name)?;
        let input = options.interactive && container.config.open_stdin;
        let terminal = container.config.tty;
        if !terminal && options.attach_options.forwards_signals() {
            return exit_code::of_run(run::start_attached(&store, &container, mapping, input));
        }
        let client = options.attach_options.client_options(context, input, terminal)?;
        return exit_code::of_attach(monitor::start_with_client(&store, &container, mapping, client));
    }
    let mut left_running = Vec::new();
    let outcome = each(&names, |name| {
        let container = find(name)?;
        // As in Docker, starting a running container is no error.
        if !container.state()?.is_active() {
            monitor::start_detached(&store, &container, mapping).map_err(exit_code::with_code)?;
            left_running.push(container);
        }
        print::line(name)
    });
    note_logout(&left_running);
    outcome
}

/// A process of the container whose namespaces the only container to start shares.
fn peer(names: &[String], context: &Context) -> Result<Option<Process>> {
    let [name] = names else { return Ok(None) };
    let store = context.store()?;
    // A container that is not found is an error later, with its own exit code.
    match Container::find(&store, name) {
        Ok(container) => shared_namespaces::first_peer(&store, container.config.shares_with()),
        Err(_) => Ok(None),
    }
}
