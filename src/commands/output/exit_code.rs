//! Exit codes of the commands that run a container, or attach to one.

use crate::commands::{DONE, Failure, Outcome};
use crate::container::processes::not_started;
use crate::container::run::Ended;
use crate::runtime::attach::client::AttachOutcome;
use crate::text::error::chain;
use crate::ui::print;
use anyhow::{Error, Result, bail};

/// The exit code of a container that ran in the foreground. Warns of what could not be cleaned up after it.
pub fn of_run(ended: Result<Ended>) -> Outcome {
    let ended = ended.map_err(with_code)?;
    for trouble in &ended.troubles {
        print::warning(trouble);
    }
    // An exit code has eight bits.
    Ok(ended.code as u8)
}

/// The exit code after attaching: the command's own, 128 and the number of the signal that ended this client, or
/// success after detaching.
pub fn of_attach(outcome: Result<AttachOutcome>) -> Outcome {
    match outcome.map_err(with_code)? {
        // An exit code has eight bits.
        AttachOutcome::Ended(code) => Ok(code as u8),
        AttachOutcome::Signalled(number) => Ok(128 + number as u8),
        AttachOutcome::Detached | AttachOutcome::Closed => Ok(DONE),
        AttachOutcome::Lost => bail!("the supervisor of the command is gone"),
    }
}

/// Gives the error its exit code: 126 where the command cannot be executed, 127 where it is not found.
pub fn with_code(error: Error) -> Error {
    match not_started::code_of(&error) {
        125 => error,
        code => Failure {
            code: code as u8,
            message: chain(&error),
        }
        .into(),
    }
}
