//! Daemonizing: a background process that outlives the command, such as a monitor, or the supervisor of an `exec`.
//!
//! It is a fork of the command, with one thread, in its own session. The command waits on a pipe until the container's
//! process has started, or reads the error from it.

use crate::container::processes::not_started::{NotStarted, code_of};
use crate::sys::process::{daemonize, fork, title};
use crate::text::error::chain;
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use std::io::Read;
use std::io::Write;

/// What the background process reports to the command, once.
#[derive(Serialize, Deserialize)]
enum StartReport {
    Started,
    Failed { code: i32, message: String },
}

/// Forks. The child takes the process title `title` and runs `body`, which calls its argument when it has started what
/// it is for. Then this function returns in the parent; an error of the child before that is returned. Nobody reads the
/// child's exit code.
pub fn leave(title: &str, body: impl FnOnce(&mut dyn FnMut()) -> Result<()>) -> Result<()> {
    let (reader, writer) = std::io::pipe().context("making a pipe")?;
    // Each process keeps only its own end.
    let (mut reader, mut writer) = (Some(reader), Some(writer));
    fork::spawn(|| {
        drop(reader.take());
        let mut report = |report: StartReport| {
            // The command may have been killed; the container goes on.
            if let (Some(mut pipe), Ok(text)) = (writer.take(), serde_json::to_vec(&report)) {
                let _ = pipe.write_all(&text);
            }
        };
        let done = daemonize::detach().and_then(|()| title::set(title));
        let done = done.context("leaving the caller").and_then(|()| {
            body(&mut || {
                report(StartReport::Started);
                daemonize::give_back_memory();
            })
        });
        match done {
            Ok(()) => 0,
            Err(error) => {
                report(StartReport::Failed {
                    code: code_of(&error),
                    message: chain(&error),
                });
                1
            }
        }
    })
    .context("starting a process to stay behind")?;
    drop(writer);
    let mut text = Vec::new();
    if let Some(mut reader) = reader {
        reader
            .read_to_end(&mut text)
            .context("pipe to the process that stays behind")?;
    }
    match serde_json::from_slice(&text).context("the process that was to stay behind died")? {
        StartReport::Started => Ok(()),
        StartReport::Failed { code, message } => Err(NotStarted { code, message }.into()),
    }
}
