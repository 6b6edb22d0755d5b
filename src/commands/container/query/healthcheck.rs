//! `lamel healthcheck run`: checks the health of a container once.

use crate::commands::context::Context;
use crate::commands::{DONE, Outcome, SOME_FAILED};
use crate::container::Container;
use crate::container::health::probe;
use crate::container::health::status::HealthStatus;
use crate::sys::process::executable;
use crate::ui::print;

/// The commands on health checks.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Run a container's health check now; the exit code is 0 if healthy, 1 otherwise
    Run(Run),
}

/// The options of `healthcheck run`.
#[derive(Debug, clap::Args)]
pub struct Run {
    /// Name or ID of the container
    #[arg(value_name = "CONTAINER")]
    container: String,
}

/// Runs the health check of the container, and records the result as that of a scheduled check.
pub fn run(command: Command, context: &Context) -> Outcome {
    let Command::Run(options) = command;
    // The check runs inside the container, which must not get at the program of this process.
    executable::protect()?;
    let store = context.store()?;
    let container = Container::find(&store, &options.container)?;
    if probe::check_now(&store, &container)? {
        return Ok(DONE);
    }
    print::line(HealthStatus::Unhealthy.word())?;
    Ok(SOME_FAILED)
}
