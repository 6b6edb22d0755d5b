//! `lamel run`: makes a container and starts it.

use crate::commands::container::control::attach::{FrontArgs, parted};
use crate::commands::container::create::{Aim, ContainerOptions};
use crate::commands::context::Context;
use crate::commands::output::outlive::note_logout;
use crate::commands::{DONE, Failure, Outcome};
use crate::container::config::restart_policy::RestartPolicy;
use crate::container::run;
use crate::container::run::Ended;
use crate::container::run::monitor;
use crate::runtime::attach::client::FrontOptions;
use crate::sys::files::inherited_fds;
use crate::sys::process::executable;
use crate::ui::print;
use anyhow::{Result, bail};

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
    front: FrontArgs,
    #[command(flatten)]
    container: ContainerOptions,
}

/// Runs a command in a new container and returns its exit code.
pub fn run(mut options: Options, context: &Context) -> Outcome {
    // Before this process opens anything that could be taken for one of them.
    inherited_fds::check(options.preserve_fds)?;
    executable::protect()?;
    let mapping = options.container.enter(context)?;
    let store = context.store()?;
    let aim = if options.detach {
        Aim::RunDetached
    } else {
        Aim::RunAttached
    };
    let streams = options.container.streams();
    if options.detach && streams.is_chosen {
        bail!("conflicting options: -a and -d");
    }
    let container = options.container.create(context, &store, mapping, aim)?;
    if options.detach {
        monitor::run_detached(&store, &container, mapping).map_err(with_code)?;
        note_logout(std::slice::from_ref(&container));
        print::line(&container.record.id)?;
        return Ok(DONE);
    }
    let terminal = container.config.tty;
    // One that is started again goes on without whoever started it, as in Docker.
    let stays = container.config.host.restart == RestartPolicy::No;
    if stays && !terminal && options.front.proxies() && streams.stdout && streams.stderr {
        return finish(run::run(
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
    let front = FrontOptions {
        stdout: streams.stdout || terminal && streams.stderr,
        stderr: streams.stderr,
        ..options.front.options(context, streams.stdin, terminal)?
    };
    let stayed = monitor::run_with_front(&store, &container, mapping, front);
    parted(stayed.map_err(with_code)?)
}

/// A container's own exit code, after telling what of it is still there.
pub fn finish(ended: Result<Ended>) -> Outcome {
    let ended = ended.map_err(with_code)?;
    for trouble in &ended.left {
        print::warning(trouble);
    }
    // An exit code has eight bits.
    Ok(ended.code as u8)
}

/// 126 and 127 where the command itself is at fault.
pub fn with_code(error: anyhow::Error) -> anyhow::Error {
    match run::code_of(&error) {
        125 => error,
        code => Failure {
            code: code as u8,
            message: format!("{error:#}"),
        }
        .into(),
    }
}
