//! One file a subcommand: its options, and a `run` that resolves its inputs, calls one operation, and prints the
//! result. Options that several commands share are in [`options`], what several of them print is in [`output`].
//!
//! `run` returns the exit code of success ([`DONE`], or the code of a container), or an error, which [`crate::cli`]
//! prints. The exit code of an error is that of the command, unless the error is a [`Failure`], which has its own.

pub mod container;
pub mod context;
pub mod image;
pub mod network;
pub mod options;
pub mod output;
pub mod prune;
pub mod registry;
pub mod system;
pub mod volume;

use crate::text::error::chain;
use crate::ui::template::Template;

/// The result of a command: an exit code or an error.
pub type Outcome = anyhow::Result<u8>;

/// The exit code of success.
pub const DONE: u8 = 0;

/// The exit code of a command over several objects of which some failed. Their errors were printed when they happened.
pub const SOME_FAILED: u8 = 1;

/// An error with its own exit code, such as 126 where a container's command cannot be executed and 127 where it is not
/// found.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    pub code: u8,
    pub message: String,
}

/// Parses the template of a command that shows one object. As in Docker, an invalid one has its own exit code here,
/// while lists exit with 1.
fn template(format: &str) -> anyhow::Result<Template> {
    const INVALID_TEMPLATE: u8 = 64;
    let failure = |error: anyhow::Error| Failure {
        code: INVALID_TEMPLATE,
        message: chain(&error),
    };
    Ok(Template::parse(format).map_err(failure)?)
}
