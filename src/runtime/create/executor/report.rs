//! How a container's process reports, before it runs its program, that it cannot: through a pipe, which execve(2)
//! closes on success.

use crate::runtime::attach::supervisor::Running;
use crate::sys::process::fork;
use anyhow::{Context, Result};
use std::io::{self, PipeReader, Read, Write};

/// The longest report that is read.
const LIMIT: u64 = 64 << 10;

/// The command could not be run in the container.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct CommandError {
    /// 127: there is no such program; 126: it cannot be run; 125: a bug kept it from being run.
    pub exit_code: i32,
    pub message: String,
}

impl CommandError {
    /// Reports the error to the parent. If nobody reads it, the exit code alone must do.
    pub fn send(&self, mut pipe: impl Write) {
        let mut report = Vec::from(self.exit_code.to_ne_bytes());
        report.extend(self.message.bytes());
        let _ = pipe.write_all(&report);
    }
}

/// Waits until the process has executed its program, or returns why it could not.
pub fn receive(mut pipe: PipeReader) -> io::Result<Result<(), CommandError>> {
    let mut bytes = Vec::new();
    pipe.by_ref().take(LIMIT).read_to_end(&mut bytes)?;
    let Some((code, message)) = bytes.split_first_chunk() else {
        return Ok(Ok(()));
    };
    let message = String::from_utf8_lossy(message).into_owned();
    Ok(Err(CommandError {
        exit_code: i32::from_ne_bytes(*code),
        message,
    }))
}

/// Waits until the process has executed its program. If it could not, reaps the process and returns a [`CommandError`].
pub fn wait_for_exec(running: Running, pipe: PipeReader) -> Result<Running> {
    match receive(pipe).context("waiting for the command to start")? {
        Ok(()) => Ok(running),
        Err(error) => {
            let _ = fork::wait(running.init.pid);
            Err(error.into())
        }
    }
}
