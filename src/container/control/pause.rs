//! `pause` and `unpause`: a container whose processes stand still until they are let go, for as long as its host is up.
//!
//! All threads are stopped by ptrace, as while a container is committed ([`crate::container::processes::freeze`]). A small process stays behind and holds
//! them; it is named by the file `paused` in the container's directory:
//!
//! ```text
//! {pid, start time, boot}     the process that holds the container's
//! ```
//!
//! The container is paused exactly while that process exists: when it is killed the kernel lets go of all that it traces, so there is
//! no state to repair, and a container never stays paused by mistake. The process ends by itself when nothing is left to hold.

use crate::container::Container;
use crate::container::processes::tasks::{Tasks, closed_entrance, let_go};
use crate::container::state::journal;
use crate::container::state::status::Status;
use crate::sys::files::atomic_file;
use crate::sys::process::identity::Process;
use crate::sys::process::ptrace;
use crate::sys::process::ptrace::Doing;
use crate::sys::process::{daemonize, fork};
use anyhow::{Context, Result, bail};
use rustix::event::{PollFd, PollFlags, poll};
use std::fs;
use std::io::{self, PipeWriter, Read, Write};
use std::path::Path;

const FILE: &str = "paused";

/// Pauses a running container. Called in the host's user namespace, in a process with one thread.
pub fn pause(container: &Container) -> Result<()> {
    let name = &container.record.name;
    let _lock = journal::lock(&container.dir)?;
    let state = container.state()?;
    let init = match (state.status, state.init) {
        (Status::Running, Some(init)) => init,
        (Status::Paused, _) => bail!("container {name} is already paused"),
        _ => bail!("container {name} is not running"),
    };
    let (mut report, reporter) = io::pipe().context("making a pipe")?;
    fork::spawn(|| hold(container, &init, reporter)).context("starting a process that pauses the container")?;
    let mut text = String::new();
    report
        .read_to_string(&mut text)
        .context("pipe from the process that pauses the container")?;
    match text.strip_suffix('\n') {
        Some("") => Ok(()),
        Some(why) => bail!("container {name}: {why}"),
        None => bail!("container {name} is not paused: the process that pauses it ended"),
    }
}

/// Lets a paused container go on.
pub fn unpause(container: &Container) -> Result<()> {
    match thaw(&container.dir)? {
        true => Ok(()),
        false => bail!("container {} is not paused", container.record.name),
    }
}

/// Lets the container in `dir` go on where it is paused; whether it was.
pub fn thaw(dir: &Path) -> Result<bool> {
    let Some(holder) = holder(dir) else {
        return Ok(false);
    };
    // Held while it is killed, so that its end can be waited for.
    let Some(pidfd) = holder.pidfd().context("the process that holds the container")? else {
        return Ok(false);
    };
    holder
        .signal(libc::SIGKILL)
        .context("the process that holds the container")?;
    while poll(&mut [PollFd::new(&pidfd, PollFlags::IN)], None) == Err(rustix::io::Errno::INTR) {}
    let _ = fs::remove_file(dir.join(FILE));
    Ok(true)
}

/// Whether the container in `dir`, which runs, is paused.
pub fn is_paused(dir: &Path) -> bool {
    holder(dir).is_some_and(|holder| holder.is_alive())
}

fn holder(dir: &Path) -> Option<Process> {
    serde_json::from_slice(&fs::read(dir.join(FILE)).ok()?).ok()
}

/// The process that stays behind: stops all or none, reports in one line, and holds them until it is killed or nothing is left.
fn hold(container: &Container, init: &Process, mut report: PipeWriter) -> i32 {
    let dir = &container.dir;
    let mut tasks = Tasks::of(container);
    let mut stop = || -> Result<()> {
        daemonize::detach().context("leaving the command")?;
        // Who comes later sees that it is paused.
        let _entrance = closed_entrance(dir)?;
        match tasks.stop_all(init) {
            None => record(dir),
            Some(why) => bail!("{why}"),
        }
    };
    let stopped = stop();
    let line = stopped
        .as_ref()
        .err()
        .map(|error| format!("{error:#}"))
        .unwrap_or_default();
    let reported = report.write_all(format!("{}\n", line.replace('\n', " ")).as_bytes());
    drop(report);
    if stopped.is_err() || reported.is_err() {
        let _ = fs::remove_file(dir.join(FILE));
        let_go(tasks.tracees);
        return 1;
    }
    daemonize::give_back_memory();
    while !tasks.tracees.is_empty() {
        ptrace::wait_for_an_end();
        // What was killed is gone for its own parent only after it was seen here.
        tasks.tracees.retain_mut(|task| task.look() != Doing::Ended);
    }
    let _ = fs::remove_file(dir.join(FILE));
    0
}

/// Names this process as the one that holds the container.
fn record(dir: &Path) -> Result<()> {
    let this = Process::this()?;
    let path = dir.join(FILE);
    atomic_file::replace(&path, &serde_json::to_vec(&this)?).with_context(|| path.display().to_string())
}
