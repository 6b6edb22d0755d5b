//! The commands on containers: `lamel container …`, and those of them that are commands of their own.

use crate::commands::Outcome;
use crate::commands::container::changes::{commit, cp, diff, export};
use crate::commands::container::control::{attach, exec, kill, pause, rename, restart, rm, stop, update, wait};
use crate::commands::container::query::{exists, logs, port, ps, stats, top};
use crate::commands::container::{create, run, start};
use crate::commands::context::Context;
use crate::commands::prune::container_prune;
use crate::commands::system::inspect;
use clap::Subcommand;

/// The commands whose exit code may be that of the container's own command, and `create`, which takes `run`'s options. Podman's 125 tells
/// a failure of ours from it, of `exec` as well, where Docker has 1 for both.
pub const GIVE_CODE: [&str; 3] = ["run", "exec", "create"];

/// What is said with and without `container` before it.
#[derive(Debug, Subcommand)]
pub enum Short {
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
    Short(Box<Short>),
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

impl Short {
    pub fn run(self, context: &Context) -> Outcome {
        match self {
            Short::Run(options) => run::run(options, context),
            Short::Exec(options) => exec::run(options, context),
            Short::Attach(options) => attach::run(options, context),
            Short::Create(options) => create::run(options, context),
            Short::Start(options) => start::run(options, context),
            Short::Stop(options) => stop::run(options, context),
            Short::Restart(options) => restart::run(options, context),
            Short::Kill(options) => kill::run(options, context),
            Short::Wait(options) => wait::run(options, context),
            Short::Pause(options) => pause::pause(options, context),
            Short::Unpause(options) => pause::unpause(options, context),
            Short::Update(options) => update::run(options, context),
            Short::Rename(options) => rename::run(options, context),
            Short::Logs(options) => logs::run(options, context),
            Short::Top(options) => top::run(options, context),
            Short::Stats(options) => stats::run(options, context),
            Short::Port(options) => port::run(options, context),
            Short::Cp(options) => cp::run(options, context),
            Short::Diff(options) => diff::run(options, context),
            Short::Commit(options) => commit::run(options, context),
            Short::Export(options) => export::run(options, context),
        }
    }
}

impl Container {
    pub fn run(self, context: &Context) -> Outcome {
        match self {
            Container::Short(command) => command.run(context),
            Container::Ls(options) => ps::run(options, context),
            Container::Inspect(options) => inspect::run(options.of_containers(), context),
            Container::Rm(options) => rm::run(options, context),
            Container::Exists(options) => exists::run(options, context),
            Container::Prune(options) => container_prune::run(options, context),
        }
    }
}
