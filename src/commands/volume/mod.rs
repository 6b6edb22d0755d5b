//! `lamel volume …`: directories that containers share and that outlive them.

pub mod create;
pub mod exists;
pub mod inspect;
pub mod list;
pub mod remove;

use crate::commands::Outcome;
use crate::commands::context::Context;
use crate::commands::prune::volume_prune;

/// The commands on volumes.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Create a volume
    Create(create::Options),
    /// List volumes
    #[command(visible_alias = "list")]
    Ls(list::Options),
    /// Show details of volumes
    Inspect(inspect::Options),
    /// Remove volumes
    #[command(visible_alias = "remove")]
    Rm(remove::Options),
    /// Remove volumes that no container uses
    Prune(volume_prune::Options),
    /// Check whether a volume exists: exit code 0 or 1
    Exists(exists::Options),
}

/// Runs one of them.
pub fn run(command: Command, context: &Context) -> Outcome {
    // The files of volumes belong to subordinate ids, of which only root of the user namespace is the owner.
    context.enter_userns()?;
    match command {
        Command::Create(options) => create::run(options, context),
        Command::Ls(options) => list::run(options, context),
        Command::Inspect(options) => inspect::run(options, context),
        Command::Rm(options) => remove::run(options, context),
        Command::Prune(options) => volume_prune::run(options, context),
        Command::Exists(options) => exists::run(options, context),
    }
}
