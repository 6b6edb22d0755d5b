//! The commands on containers: `lamel container …`, and those of them that are commands of their own.

use crate::commands::{self, Context, Outcome};
use clap::Subcommand;

/// The commands whose exit code may be that of the container's own command, and `create`, which takes `run`'s options. Podman's 125 tells
/// a failure of ours from it, of `exec` as well, where Docker has 1 for both.
pub(super) const GIVE_CODE: [&str; 3] = ["run", "exec", "create"];

/// What is said with and without `container` before it.
#[derive(Debug, Subcommand)]
pub(super) enum Short {
    /// Run a command in a new container
    Run(commands::run::Options),
    /// Run a command in a running container
    Exec(commands::exec::Options),
    /// Attach to a running container
    Attach(commands::attach::Options),
    /// Make a container without starting it
    Create(commands::create::Options),
    /// Start containers
    Start(commands::start::Options),
    /// Stop containers
    Stop(commands::stop::Options),
    /// Stop containers and start them again
    Restart(commands::restart::Options),
    /// Send a signal to containers
    Kill(commands::kill::Options),
    /// Wait for containers to stop
    Wait(commands::wait::Options),
    /// Make the processes of containers stand still
    Pause(commands::pause::Options),
    /// Let paused containers go on
    Unpause(commands::unpause::Options),
    /// Change what containers may use
    Update(commands::update::Options),
    /// Give a container another name
    Rename(commands::rename::Options),
    /// Show what a container wrote
    Logs(commands::logs::Options),
    /// List the processes of a container
    Top(commands::top::Options),
    /// Show what containers use
    Stats(commands::stats::Options),
    /// Show where the ports of a container are to be reached
    Port(commands::port::Options),
    /// Copy files between a container and this host
    Cp(commands::cp::Options),
    /// List what a container changed
    Diff(commands::diff::Options),
    /// Make an image of a container's changes
    Commit(commands::commit::Options),
    /// Write a container's file system as a tar
    Export(commands::export::Options),
}

/// `lamel container …`.
#[derive(Debug, Subcommand)]
pub(super) enum Container {
    /// List containers
    #[command(visible_aliases = ["list", "ps"])]
    Ls(commands::ps::Options),
    #[command(flatten)]
    Short(Box<Short>),
    /// Show all that is known of containers
    Inspect(commands::inspect::Options),
    /// Remove containers
    #[command(visible_alias = "remove")]
    Rm(commands::rm::Options),
    /// Tell by the exit code whether there is a container
    Exists(commands::container_exists::Options),
    /// Remove containers that do not run
    Prune(commands::container_prune::Options),
}

impl Short {
    pub fn run(self, context: &Context) -> Outcome {
        match self {
            Short::Run(options) => commands::run::run(options, context),
            Short::Exec(options) => commands::exec::run(options, context),
            Short::Attach(options) => commands::attach::run(options, context),
            Short::Create(options) => commands::create::run(options, context),
            Short::Start(options) => commands::start::run(options, context),
            Short::Stop(options) => commands::stop::run(options, context),
            Short::Restart(options) => commands::restart::run(options, context),
            Short::Kill(options) => commands::kill::run(options, context),
            Short::Wait(options) => commands::wait::run(options, context),
            Short::Pause(options) => commands::pause::run(options, context),
            Short::Unpause(options) => commands::unpause::run(options, context),
            Short::Update(options) => commands::update::run(options, context),
            Short::Rename(options) => commands::rename::run(options, context),
            Short::Logs(options) => commands::logs::run(options, context),
            Short::Top(options) => commands::top::run(options, context),
            Short::Stats(options) => commands::stats::run(options, context),
            Short::Port(options) => commands::port::run(options, context),
            Short::Cp(options) => commands::cp::run(options, context),
            Short::Diff(options) => commands::diff::run(options, context),
            Short::Commit(options) => commands::commit::run(options, context),
            Short::Export(options) => commands::export::run(options, context),
        }
    }
}

impl Container {
    pub fn run(self, context: &Context) -> Outcome {
        match self {
            Container::Short(command) => command.run(context),
            Container::Ls(options) => commands::ps::run(options, context),
            Container::Inspect(options) => commands::inspect::run(options.of_containers(), context),
            Container::Rm(options) => commands::rm::run(options, context),
            Container::Exists(options) => commands::container_exists::run(options, context),
            Container::Prune(options) => commands::container_prune::run(options, context),
        }
    }
}
