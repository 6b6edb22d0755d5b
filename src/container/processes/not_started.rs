//! Why a process of a container did not start, and which exit code says so.

use crate::runtime::create::executor::report::CommandError;

/// Why a container, or a further process in one, did not start; `code` is what the command line answers with.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct NotStarted {
    pub code: i32,
    pub message: String,
}

/// The code that the command line answers an error with: 125, unless the error brings its own.
pub fn code_of(error: &anyhow::Error) -> i32 {
    let ours = error.downcast_ref::<NotStarted>().map(|error| error.code);
    let runtimes = error.downcast_ref::<CommandError>().map(|error| error.exit_code);
    ours.or(runtimes).unwrap_or(125)
}
