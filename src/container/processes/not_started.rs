//! The error of a process that did not start, and its exit code.

use crate::runtime::create::executor::report::CommandError;

/// Why a container, or a further process in one, did not start. `code` is lamel's exit code then.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct NotStarted {
    pub code: i32,
    pub message: String,
}

/// lamel's exit code for an error of `run` or `exec`: 125, unless the error has its own. (`start` answers 1 instead of 125.)
pub fn code_of(error: &anyhow::Error) -> i32 {
    let ours = error.downcast_ref::<NotStarted>().map(|error| error.code);
    let runtimes = error.downcast_ref::<CommandError>().map(|error| error.exit_code);
    ours.or(runtimes).unwrap_or(125)
}
