//! Leaving a process behind that outlives the command: a monitor, or what supervises a further command in a container.
//!
//! A fork of the command, with one thread and nothing of its caller's. The command waits on a pipe until what was asked for has
//! started, and gets the error through it otherwise.

use crate::container::processes::not_started::{NotStarted, code_of};
use crate::sys::process::{daemonize, fork, title};
use crate::text::error::chain;
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use std::io::Read;
use std::io::Write;

/// What the process tells the command, once.
#[derive(Serialize, Deserialize)]
enum Report {
    Started,
    Failed { code: i32, message: String },
}

/// Forks. The child shows `title` to everybody and does `body`, which says when it has started what it is for; this process returns then, or with the error. The
/// child's exit code is heard by nobody.
pub fn leave(title: &str, body: impl FnOnce(&mut dyn FnMut()) -> Result<()>) -> Result<()> {
    let (reader, writer) = std::io::pipe().context("making a pipe")?;
    // Each side keeps its own end alone.
    let (mut reader, mut writer) = (Some(reader), Some(writer));
    fork::spawn(|| {
        drop(reader.take());
        let mut report = |report: Report| {
            // The command may have been killed; what it started goes on without it.
            if let (Some(mut pipe), Ok(text)) = (writer.take(), serde_json::to_vec(&report)) {
                let _ = pipe.write_all(&text);
            }
        };
        let done = daemonize::detach().and_then(|()| title::set(title));
        let done = done.context("leaving the caller").and_then(|()| {
            body(&mut || {
                report(Report::Started);
                daemonize::give_back_memory();
            })
        });
        match done {
            Ok(()) => 0,
            Err(error) => {
                report(Report::Failed {
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
        Report::Started => Ok(()),
        Report::Failed { code, message } => Err(NotStarted { code, message }.into()),
    }
}
