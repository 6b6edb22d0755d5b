//! The monitor: the small process that `run -d` and `start` leave behind, one for each container.
//!
//! A fork of the command, with one thread and nothing of its caller's; it does what the foreground does, and keeps the log. The command waits on a
//! pipe until the container has started, and gets the error through it otherwise.

use super::Container;
use super::life::Life;
use super::run::{Attachment, NotStarted, begin_again, begin_new, code_of, live};
use crate::store::Store;
use crate::sys::userns::Mapping;
use crate::sys::{detach, fork};
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use std::io::{PipeWriter, Read, Write};

/// What the monitor tells the command, once.
#[derive(Serialize, Deserialize)]
enum Report {
    Started,
    Failed { code: i32, message: String },
}

/// Runs a container that this process has just made, detached. Returns when its command runs.
pub fn run_detached(store: &Store, container: &Container, mapping: Mapping) -> Result<()> {
    leave(store, container, mapping, begin_new)
}

/// Runs a container that was made earlier, detached. Returns when its command runs.
pub fn start_detached(store: &Store, container: &Container, mapping: Mapping) -> Result<()> {
    leave(store, container, mapping, begin_again)
}

fn leave(store: &Store, container: &Container, mapping: Mapping, begin: fn(&Container) -> Result<Life>) -> Result<()> {
    let (reader, writer) = std::io::pipe().context("pipe to the monitor")?;
    // Each side keeps its own end alone.
    let (mut reader, mut writer) = (Some(reader), Some(writer));
    fork::spawn(|| {
        drop(reader.take());
        monitor(
            store,
            container,
            mapping,
            begin,
            writer.take().expect("taken once, by the child"),
        )
    })
    .context("starting the monitor")?;
    drop(writer);
    let mut text = Vec::new();
    if let Some(mut reader) = reader {
        reader.read_to_end(&mut text).context("pipe to the monitor")?;
    }
    match serde_json::from_slice(&text).context("the monitor died")? {
        Report::Started => Ok(()),
        Report::Failed { code, message } => Err(NotStarted { code, message }.into()),
    }
}

/// The monitor's life, after the fork. Its exit code is heard by nobody.
fn monitor(
    store: &Store,
    container: &Container,
    mapping: Mapping,
    begin: fn(&Container) -> Result<Life>,
    pipe: PipeWriter,
) -> i32 {
    let mut pipe = Some(pipe);
    let mut report = |report: Report| {
        // The command may have been killed; the container goes on without it.
        if let (Some(mut pipe), Ok(text)) = (pipe.take(), serde_json::to_vec(&report)) {
            let _ = pipe.write_all(&text);
        }
    };
    let ended = detach::detach()
        .context("detaching the monitor")
        .and_then(|()| begin(container))
        .and_then(|life| {
            let mut started = || {
                report(Report::Started);
                detach::give_back_memory();
            };
            live(store, container, mapping, life, Attachment::Detached, &mut started)
        });
    match ended {
        Ok(_) => 0,
        Err(error) => {
            report(Report::Failed {
                code: code_of(&error),
                message: format!("{error:#}"),
            });
            1
        }
    }
}
