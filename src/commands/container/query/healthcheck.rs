//! `lamel healthcheck run`: checks a container's health once.

use crate::commands::context::Context;
use crate::commands::{DONE, Outcome, SOME_FAILED};
use crate::container::Container;
use crate::container::health::status;
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

/// Runs the container's own check, and counts it as one of its supervisor's.
pub fn run(command: Command, context: &Context) -> Outcome {
    let Command::Run(options) = command;
    // The check is a further process of the container.
    executable::protect()?;
    let store = context.store()?;
    let container = Container::find(&store, &options.container)?;
    if status::check_now(&store, &container)? {
        return Ok(DONE);
    }
    print::line(status::HealthStatus::Unhealthy.word())?;
    Ok(SOME_FAILED)
}
