//! The commands on containers: `lamel container …`, and those that exist without `container` as well.

use crate::commands::Outcome;
use crate::commands::container::changes::{commit, cp, diff, export};
use crate::commands::container::control::{attach, exec, kill, pause, rename, restart, rm, stop, update, wait};
use crate::commands::container::query::{exists, logs, port, ps, stats, top};
use crate::commands::container::{create, run, start};
use crate::commands::context::Context;
use crate::commands::prune::container_prune;
use crate::commands::system::inspect;
use clap::Subcommand;

/// Commands that return the exit code of the container's command, and `create`, which has the options of `run`. Their
/// own failures exit with 125, as podman's do; Docker's `exec` exits with 1 for both.
pub const RETURN_CONTAINER_CODE: [&str; 3] = ["run", "exec", "create"];

/// Commands that exist as `lamel NAME` and as `lamel container NAME`.
#[derive(Debug, Subcommand)]
pub enum TopLevel {
    /// Run a command in a new container
    Run(run::Options),
    /// Run a command in a running container
    Exec(exec::Options),
    /// Attach to a running container
    Attach(attach::Options),
    /// Create a container without starting it
    Create(create::Options),
    /// Start containers
    Start(start::Options),
    /// Stop containers
    Stop(stop::Options),
    /// Restart containers
    Restart(restart::Options),
    /// Send a signal to containers
    Kill(kill::Options),
    /// Wait for containers to exit and print their exit codes
    Wait(wait::Options),
    /// Pause all processes of containers
    Pause(pause::Options),
    /// Resume paused containers
    Unpause(pause::Options),
    /// Change resource limits and restart policies of containers
    Update(update::Options),
    /// Rename a container
    Rename(rename::Options),
    /// Show the output of containers
    Logs(logs::Options),
    /// List the processes of a container
    Top(top::Options),
    /// Show the resource usage of containers
    Stats(stats::Options),
    /// List the published ports of a container
    Port(port::Options),
    /// Copy files between a container and the host
    Cp(cp::Options),
    /// List the changes to a container's filesystem
    Diff(diff::Options),
    /// Create an image from a container's changes
    Commit(commit::Options),
    /// Export a container's filesystem as a tar archive
    Export(export::Options),
}

/// `lamel container …`.
#[derive(Debug, Subcommand)]
pub enum Container {
    /// List containers
    #[command(visible_aliases = ["list", "ps"])]
    Ls(ps::Options),
    #[command(flatten)]
    TopLevel(Box<TopLevel>),
    /// Show details of containers
    Inspect(inspect::Options),
    /// Remove containers
    #[command(visible_alias = "remove")]
    Rm(rm::Options),
    /// Check whether a container exists: exit code 0 or 1
    Exists(exists::Options),
    /// Remove stopped containers
    Prune(container_prune::Options),
}

impl TopLevel {
    pub fn run(self, context: &Context) -> Outcome {
        match self {
            TopLevel::Run(options) => run::run(options, context),
            TopLevel::Exec(options) => exec::run(options, context),
            TopLevel::Attach(options) => attach::run(options, context),
            TopLevel::Create(options) => create::run(options, context),
            TopLevel::Start(options) => start::run(options, context),
            TopLevel::Stop(options) => stop::run(options, context),
            TopLevel::Restart(options) => restart::run(options, context),
            TopLevel::Kill(options) => kill::run(options, context),
            TopLevel::Wait(options) => wait::run(options, context),
            TopLevel::Pause(options) => pause::pause(options, context),
            TopLevel::Unpause(options) => pause::unpause(options, context),
            TopLevel::Update(options) => update::run(options, context),
            TopLevel::Rename(options) => rename::run(options, context),
            TopLevel::Logs(options) => logs::run(options, context),
            TopLevel::Top(options) => top::run(options, context),
            TopLevel::Stats(options) => stats::run(options, context),
            TopLevel::Port(options) => port::run(options, context),
            TopLevel::Cp(options) => cp::run(options, context),
            TopLevel::Diff(options) => diff::run(options, context),
            TopLevel::Commit(options) => commit::run(options, context),
            TopLevel::Export(options) => export::run(options, context),
        }
    }
}

impl Container {
    pub fn run(self, context: &Context) -> Outcome {
        match self {
            Container::TopLevel(command) => command.run(context),
            Container::Ls(options) => ps::run(options, context),
            Container::Inspect(options) => inspect::run(options.of_containers(), context),
            Container::Rm(options) => rm::run(options, context),
            Container::Exists(options) => exists::run(options, context),
            Container::Prune(options) => container_prune::run(options, context),
        }
    }
}
