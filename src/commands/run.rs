//! `lamel run`: makes a container and starts it.

use super::create::{Aim, ContainerOptions};
use super::outlive::note_logout;
use super::{Context, DONE, Failure, Outcome};
use crate::container::{self, Ended};
use crate::sys::executable;
use crate::ui;
use anyhow::Result;

/// The options of `run`.
#[derive(Debug, clap::Args)]
#[command(disable_help_flag = true)]
pub struct Options {
    /// Leave the container running and print its ID
    #[arg(short, long)]
    detach: bool,
    #[command(flatten)]
    container: ContainerOptions,
}

/// Runs a command in a new container and returns its exit code.
pub fn run(options: Options, context: &Context) -> Outcome {
    executable::protect()?;
    let mapping = options.container.enter(context)?;
    let store = context.store()?;
    let aim = if options.detach {
        Aim::RunDetached
    } else {
        Aim::RunAttached
    };
    let input = options.container.interactive();
    let container = options.container.create(context, &store, mapping, aim)?;
    if options.detach {
        container::run_detached(&store, &container, mapping).map_err(with_code)?;
        note_logout();
        ui::print::line(&container.record.id)?;
        return Ok(DONE);
    }
    finish(container::run(&store, &container, mapping, input))
}

/// A container's own exit code, after telling what of it is still there.
pub(super) fn finish(ended: Result<Ended>) -> Outcome {
    let ended = ended.map_err(with_code)?;
    for trouble in &ended.left {
        ui::print::warning(trouble);
    }
    // An exit code has eight bits.
    Ok(ended.code as u8)
}

/// 126 and 127 where the command itself is at fault.
pub(super) fn with_code(error: anyhow::Error) -> anyhow::Error {
    match container::code_of(&error) {
        125 => error,
        code => Failure {
            code: code as u8,
            message: format!("{error:#}"),
        }
        .into(),
    }
}
