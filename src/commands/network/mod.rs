//! `lamel network …`: networks that containers share.

pub mod connection;
pub mod create;
pub mod exists;
pub mod inspect;
pub mod list;
pub mod remove;

use crate::commands::Outcome;
use crate::commands::context::Context;
use crate::commands::prune::network_prune;

/// The commands on networks.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Create a network
    Create(create::Options),
    /// Connect a container to a network
    Connect(connection::Connect),
    /// Disconnect a container from a network
    Disconnect(connection::Disconnect),
    /// List networks
    #[command(visible_alias = "list")]
    Ls(list::Options),
    /// Show details of networks
    Inspect(inspect::Options),
    /// Remove networks
    #[command(visible_alias = "remove")]
    Rm(remove::Options),
    /// Remove networks that no container uses
    Prune(network_prune::Options),
    /// Check whether a network exists: exit code 0 or 1
    Exists(exists::Options),
}

/// Runs one of them.
pub fn run(command: Command, context: &Context) -> Outcome {
    match command {
        Command::Create(options) => create::run(options, context),
        Command::Connect(options) => connection::connect(options, context),
        Command::Disconnect(options) => connection::disconnect(options, context),
        Command::Ls(options) => list::run(options, context),
        Command::Inspect(options) => inspect::run(options, context),
        Command::Rm(options) => remove::run(options, context),
        Command::Prune(options) => network_prune::run(options, context),
        Command::Exists(options) => exists::run(options, context),
    }
}
