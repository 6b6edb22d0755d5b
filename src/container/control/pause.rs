//! `pause` and `unpause`: freezing a container's processes until they are released, or the host goes down.
//!
//! ptrace stops all threads, as it does while a container is committed ([`crate::container::processes::freeze`]). A
//! small process stays in the background and holds them; the file `paused` in the container's directory names it
//! ([`crate::container::state::paused`]). The container is paused exactly while that process exists: when it is killed,
//! the kernel releases all threads that it traces. So there is no state to repair, and a container never stays paused
//! by mistake. The process exits by itself when no thread is left.

use crate::container::Container;
use crate::container::processes::tasks::{Tasks, release_all};
use crate::container::state::lock;
use crate::container::state::paused;
use crate::container::state::status::Status;
use crate::sys::process::identity::Process;
use crate::sys::process::ptrace;
use crate::sys::process::ptrace::Doing;
use crate::sys::process::{daemonize, fork};
use crate::text::error::chain;
use anyhow::{Context, Result, bail};
use rustix::event::{PollFd, PollFlags, poll};
use std::io::{self, PipeWriter, Read, Write};
use std::path::Path;

/// Pauses a running container. Called in the host's user namespace, in a process with one thread.
pub fn pause(container: &Container) -> Result<()> {
    let name = &container.record.name;
    let _lock = lock::lock(&container.dir)?;
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

/// Releases a paused container.
pub fn unpause(container: &Container) -> Result<()> {
    match thaw(&container.dir)? {
        true => Ok(()),
        false => bail!("container {} is not paused", container.record.name),
    }
}

/// Releases the container in `dir` if it is paused. Returns whether it was.
pub fn thaw(dir: &Path) -> Result<bool> {
    let Some(holder) = paused::holder(dir) else {
        return Ok(false);
    };
    // Opened before it is killed, so that we can wait for its end.
    let Some(pidfd) = holder.pidfd().context("the process that holds the container")? else {
        return Ok(false);
    };
    holder
        .signal(libc::SIGKILL)
        .context("the process that holds the container")?;
    while poll(&mut [PollFd::new(&pidfd, PollFlags::IN)], None) == Err(rustix::io::Errno::INTR) {}
    paused::forget(dir);
    Ok(true)
}

/// The process in the background: stops all threads or none, reports in one line, and holds them until it is killed or
/// none is left.
fn hold(container: &Container, init: &Process, mut report: PipeWriter) -> i32 {
    let dir = &container.dir;
    let mut tasks = Tasks::new(container);
    let mut stop = || -> Result<()> {
        daemonize::detach().context("leaving the command")?;
        // An exec that comes later sees that the container is paused.
        let _exec_lock = lock::exec_exclusive(dir)?;
        match tasks.stop_all(init) {
            None => paused::record(dir),
            Some(why) => bail!("{why}"),
        }
    };
    let stopped = stop();
    let line = stopped.as_ref().err().map(chain).unwrap_or_default();
    let reported = report.write_all(format!("{}\n", line.replace('\n', " ")).as_bytes());
    drop(report);
    if stopped.is_err() || reported.is_err() {
        paused::forget(dir);
        release_all(tasks.tracees);
        return 1;
    }
    daemonize::give_back_memory();
    while !tasks.tracees.is_empty() {
        ptrace::wait_for_an_end();
        // The parent of a killed task learns of its end only after the tracer has.
        tasks.tracees.retain_mut(|task| task.look() != Doing::Ended);
    }
    paused::forget(dir);
    0
}
