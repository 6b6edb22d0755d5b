//! One file per subcommand: its options, and a `run` that resolves its inputs, calls one operation, and prints.
//!
//! A `run` returns the exit code of success ([`DONE`], or a container's own code), or an error, which `main` prints;
//! the code of an error is the command's ([`crate::cli`]), unless the error is a [`Failure`], which brings its own.

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

use crate::ui::template::Template;

/// What a command comes to: an exit code, or why it could not be done.
pub type Outcome = anyhow::Result<u8>;

/// The exit code of a command that did all that was asked.
pub const DONE: u8 = 0;

/// The exit code of a command over several objects, when some could not be done; each was reported when it failed.
pub const SOME_FAILED: u8 = 1;

/// An error with an exit code of its own: 126 where a container's command cannot be run, 127 where it is not found.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    pub code: u8,
    pub message: String,
}

/// The template by which one object is shown. What is none has an exit code of its own there, as with Docker, whose
/// lists exit with 1.
fn template(format: &str) -> anyhow::Result<Template> {
    const NO_TEMPLATE: u8 = 64;
    let failure = |error: anyhow::Error| Failure {
        code: NO_TEMPLATE,
        message: format!("{error:#}"),
    };
    Ok(Template::parse(format).map_err(failure)?)
}
