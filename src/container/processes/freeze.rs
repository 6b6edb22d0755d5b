//! Freezing a container's processes while its files are read.
//!
//! A rootless container may have no cgroup that could be frozen, so every thread is stopped by ptrace. A child process
//! does that, forked while the command is still in the host's user namespace: only from there may an ordinary user
//! trace the container's processes. The child holds them until a pipe is closed, so they go on even if the command is
//! killed. An `exec` waits meanwhile, on the exec lock.

use crate::container::Container;
use crate::container::processes::tasks::{Tasks, release_all};
use crate::container::state::lock;
use crate::container::state::status::Status;
use crate::sys::process::fork;
use crate::sys::process::fork::Child;
use crate::sys::process::identity::Process;
use crate::sys::process::ptrace::Doing;
use crate::text::error::chain;
use anyhow::{Context, Result};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::io::{self, PipeReader, PipeWriter, Read, Write};
/// How often it is checked whether a stopped process was killed.
const TICK: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 50_000_000,
};

/// A container whose processes are frozen. Dropping it releases them.
#[derive(Debug)]
pub struct Still {
    hold: Option<PipeWriter>,
    holder: Option<Child>,
}

/// Freezes a container; `None` where it does not run, or is paused already. A process that cannot be stopped runs on,
/// and `warn` is called with the reason. Called in the host's user namespace, in a process with one thread.
pub fn hold_still(container: &Container, warn: &mut dyn FnMut(&str)) -> Result<Option<Still>> {
    let state = container.state()?;
    let Some(init) = state.init.filter(|_| state.status != Status::Paused) else {
        return Ok(None);
    };
    let (released, hold) = io::pipe().context("making a pipe")?;
    let (mut report, reporter) = io::pipe().context("making a pipe")?;
    let mut hold = Some(hold);
    let holder = fork::spawn(|| {
        // The child's copy would keep the pipe open.
        drop(hold.take());
        self::hold(container, &init, released, reporter)
    })
    .context("starting a process that pauses the container")?;
    let still = Still {
        hold,
        holder: Some(holder),
    };
    let mut text = String::new();
    report
        .read_to_string(&mut text)
        .context("pipe from the process that pauses the container")?;
    match text.strip_suffix('\n') {
        Some("") => {}
        Some(warning) => warn(warning),
        None => warn("the container is not paused: the process that pauses it ended"),
    }
    Ok(Some(still))
}

impl Drop for Still {
    fn drop(&mut self) {
        drop(self.hold.take());
        if let Some(holder) = self.holder.take() {
            let _ = holder.wait();
        }
    }
}

/// The child: stops all threads, reports in one line, and waits until the pipe `released` is closed.
fn hold(container: &Container, init: &Process, released: PipeReader, mut report: PipeWriter) -> i32 {
    let mut tasks = Tasks::new(container);
    let exec_lock = lock::exec_exclusive(&container.dir);
    let warning = match &exec_lock {
        Ok(_) => tasks.stop_all(init).unwrap_or_default(),
        Err(error) => format!("the container is not paused: {}", chain(error)),
    };
    let reported = report.write_all(format!("{warning}\n").as_bytes());
    drop(report);
    while reported.is_ok() {
        match poll(&mut [PollFd::new(&released, PollFlags::IN)], Some(&TICK)) {
            Ok(0) | Err(rustix::io::Errno::INTR) => tasks.tracees.retain_mut(|task| task.look() != Doing::Ended),
            _ => break,
        }
    }
    release_all(tasks.tracees);
    0
}
