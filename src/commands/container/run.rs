//! `lamel run`: creates a container and starts it.

use crate::commands::container::create::{ContainerOptions, StartMode};
use crate::commands::context::Context;
use crate::commands::options::attach::AttachOptions;
use crate::commands::output::exit_code;
use crate::commands::output::outlive::note_logout;
use crate::commands::{DONE, Outcome};
use crate::container::config::supervision::restart_policy::RestartPolicy;
use crate::container::run;
use crate::container::run::monitor;
use crate::runtime::attach::client::ClientOptions;
use crate::sys::files::inherited_fds;
use crate::sys::process::executable;
use crate::ui::print;
use anyhow::bail;

/// The options of `run`.
#[derive(Debug, clap::Args)]
#[command(disable_help_flag = true)]
pub struct Options {
    /// Run in the background and print the container ID
    #[arg(short, long, help_heading = "Container")]
    detach: bool,
    /// Number of file descriptors after standard error to pass to the container
    #[arg(
        long,
        value_name = "NUMBER",
        default_value_t = 0,
        conflicts_with = "detach",
        help_heading = "Process"
    )]
    preserve_fds: u32,
    #[command(flatten, next_help_heading = "Input and output")]
    attach: AttachOptions,
    #[command(flatten)]
    container: ContainerOptions,
}

/// Runs a command in a new container and returns its exit code.
pub fn run(mut options: Options, context: &Context) -> Outcome {
    // Before this process opens a file of its own: its descriptor could be one of those to preserve.
    inherited_fds::check(options.preserve_fds)?;
    executable::protect()?;
    let mapping = options.container.enter(context)?;
    let store = context.store()?;
    let start = match options.detach {
        true => StartMode::Detached,
        false => StartMode::Attached,
    };
    let streams = options.container.streams.attached();
    if options.detach && streams.is_chosen {
        bail!("conflicting options: -a and -d");
    }
    let container = options.container.create(context, &store, mapping, start)?;
    if options.detach {
        monitor::run_detached(&store, &container, mapping).map_err(exit_code::with_code)?;
        note_logout(std::slice::from_ref(&container));
        print::line(&container.record.id)?;
        return Ok(DONE);
    }
    let terminal = container.config.tty;
    // A container with a restart policy outlives this process, as in Docker, so a background process supervises it.
    let in_foreground = container.config.host.restart == RestartPolicy::No;
    if in_foreground && !terminal && options.attach.forwards_signals() && streams.stdout && streams.stderr {
        return exit_code::of_run(run::run(
            &store,
            &container,
            mapping,
            streams.stdin,
            options.preserve_fds,
        ));
    }
    if options.preserve_fds > 0 {
        bail!("--preserve-fds goes with neither -t, --restart, --sig-proxy=false nor a part of the streams");
    }
    if !streams.stdout && !streams.stderr {
        print::line(&container.record.id)?;
    }
    let client = ClientOptions {
        stdout: streams.stdout || terminal && streams.stderr,
        stderr: streams.stderr,
        ..options.attach.client_options(context, streams.stdin, terminal)?
    };
    exit_code::of_attach(monitor::run_with_client(&store, &container, mapping, client))
}
