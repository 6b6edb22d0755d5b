//! One health check: a command in the container. A process of its own supervises it, so that the caller can do other
//! things meanwhile.
//!
//! That process is a fork that enters the container as `exec` does. It keeps none of its parent's descriptors, reads
//! the command's output, kills the command at its timeout, and reports through a pipe that can hold the whole report.

use crate::container::Container;
use crate::container::health::status::{ProbeResult, record};
use crate::container::processes::exec;
use crate::container::processes::exec::Exec;
use crate::container::state::status::Status;
use crate::runtime::attach::event_handler::EventHandler;
use crate::runtime::attach::server::AttachServer;
use crate::runtime::attach::streams::{Input, Io, Output};
use crate::store::Store;
use crate::sys::process::daemonize;
use crate::sys::process::fork;
use crate::sys::process::fork::Child;
use crate::sys::process::identity;
use crate::sys::process::identity::{Process, send_signal};
use crate::sys::process::list;
use crate::text::error::chain;
use anyhow::{Context, Result, bail};
use chrono::{DateTime, Utc};
use rustix::process::{PidfdFlags, getpid, pidfd_open};
use serde::{Deserialize, Serialize};
use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::time::Instant;

/// Bytes of the output that are kept, as in Docker.
const MAX_OUTPUT: usize = 4096;
/// The largest report, with every byte escaped. A pipe can hold as much.
const MAX_REPORT: u64 = 64 << 10;

/// A health check that is running. Dropping it kills it.
pub struct Probe {
    start: DateTime<Utc>,
    child: Option<Child>,
    pidfd: OwnedFd,
    report: PipeReader,
}

#[derive(Serialize, Deserialize)]
struct ProbeReport {
    code: i32,
    output: String,
}

impl ProbeReport {
    fn failed(output: impl Into<String>) -> ProbeReport {
        let output = output.into();
        ProbeReport { code: -1, output }
    }
}

impl Probe {
    /// Starts a health check. Called in a process with one thread.
    pub fn start(store: &Store, container: &Container) -> Result<Probe> {
        let (report, writer) = io::pipe().context("making a pipe")?;
        let parent = pidfd_open(getpid(), PidfdFlags::empty()).context("opening this process")?;
        let mut writer = Some(writer);
        let child = fork::spawn(|| match writer.take() {
            Some(writer) => report_on(store, container, &parent, writer),
            None => 1,
        })
        .context("starting a process that checks the container")?;
        drop(writer);
        let pidfd = child.pidfd().context("opening the process that checks the container")?;
        Ok(Probe {
            start: Utc::now(),
            child: Some(child),
            pidfd,
            report,
        })
    }

    /// A descriptor that is readable when the check is over.
    pub fn end(&self) -> BorrowedFd<'_> {
        self.pidfd.as_fd()
    }

    /// Whether it is over.
    pub fn is_over(&self) -> bool {
        identity::has_ended(&self.pidfd).unwrap_or(false)
    }

    /// Waits until it is over.
    pub fn finish(mut self) -> ProbeResult {
        // Its exit code does not matter: the result is in the pipe.
        let _ = self.child.take().map(Child::wait);
        let mut text = Vec::new();
        let read = (&self.report).take(MAX_REPORT).read_to_end(&mut text);
        let report = read.ok().and_then(|_| serde_json::from_slice(&text).ok());
        let report: ProbeReport =
            report.unwrap_or_else(|| ProbeReport::failed("the process that checked the container died"));
        ProbeResult {
            start: self.start,
            end: Utc::now(),
            exit_code: report.code,
            output: report.output,
        }
    }
}

/// Checks a running container once, as its supervisor would, and records the result. Returns whether the check
/// succeeded. Called in the host's user namespace, in a process with one thread.
pub fn check_now(store: &Store, container: &Container) -> Result<bool> {
    let name = &container.record.name;
    if container.health_command().is_none() {
        bail!("container {name} has no defined healthcheck");
    }
    if container.state()?.status != Status::Running {
        bail!("container {name} is not running");
    }
    let checked = Probe::start(store, container)?.finish();
    let is_well = checked.exit_code == 0;
    record(container, checked)?;
    Ok(is_well)
}

impl Drop for Probe {
    fn drop(&mut self) {
        if let Some(child) = self.child.take() {
            // It may have ended by itself.
            let _ = send_signal(&self.pidfd, libc::SIGKILL);
            let _ = child.wait();
        }
    }
}

/// The child's work.
fn report_on(store: &Store, container: &Container, parent: &OwnedFd, mut writer: PipeWriter) -> i32 {
    let report = identity::die_with(parent)
        .and_then(|()| daemonize::detach())
        .context("leaving the supervisor")
        .and_then(|()| {
            fork::close_descriptors_but(&[writer.as_raw_fd()]);
            check(store, container)
        })
        .unwrap_or_else(|error| ProbeReport::failed(chain(&error)));
    let text = serde_json::to_vec(&report).unwrap_or_default();
    i32::from(writer.write_all(&text).is_err())
}

fn check(store: &Store, container: &Container) -> Result<ProbeReport> {
    let health = container.config.host.supervision.health.clone().unwrap_or_default();
    let exec = Exec {
        args: health.command().context("there is nothing to check")?,
        ..Exec::default()
    };
    let io = Io {
        input: Input::Null,
        output: Output::Attached,
        window: None,
    };
    let timeout = health.timeout();
    let mut running = exec::start(store, container, &exec, io, &|_| ())?;
    let mut timer = Timer {
        at: Instant::now().checked_add(timeout),
    };
    let (mut output, mut is_cut) = (Vec::new(), false);
    let (code, relayed) = running.supervise(&mut AttachServer::default(), &mut timer, &mut |_, bytes| {
        let room = bytes.len().min(MAX_OUTPUT - output.len());
        output.extend_from_slice(&bytes[..room]);
        is_cut |= room < bytes.len();
    });
    relayed?;
    let mut output = String::from_utf8_lossy(&output).into_owned();
    if is_cut {
        output.push_str("...");
    }
    Ok(match timer.at {
        Some(_) => ProbeReport { code, output },
        None if output.is_empty() => ProbeReport::failed(format!("Health check exceeded timeout ({timeout:?})")),
        None => ProbeReport::failed(format!("Health check exceeded timeout ({timeout:?}): {output}")),
    })
}

/// Kills the command, and everything that it started, at its timeout.
struct Timer {
    /// `None` after the timeout.
    at: Option<Instant>,
}

impl EventHandler for Timer {
    fn readable_fds(&self) -> Vec<BorrowedFd<'_>> {
        Vec::new()
    }

    fn deadline(&self) -> Option<Instant> {
        self.at
    }

    fn handle(&mut self) -> Option<i32> {
        if self.at.is_some_and(|at| at > Instant::now()) {
            return None;
        }
        self.at = None;
        end_descendants();
        Some(libc::SIGKILL)
    }

    fn forwarded(&mut self, _: i32) {}
}

/// Kills all descendants of this process. Each is stopped as soon as it is found, so that it starts no more. A process
/// whose parent ended before is a child of the container's first process by now, and stays.
fn end_descendants() {
    let mut found = vec![std::process::id() as i32];
    let mut stopped: Vec<Process> = Vec::new();
    loop {
        let mut new = Vec::new();
        for pid in list::pids() {
            let is_child = identity::stat(pid).is_some_and(|stat| found.contains(&stat.parent));
            if is_child && !found.contains(&pid) {
                new.extend(Process::find(pid));
            }
        }
        if new.is_empty() {
            break;
        }
        for process in new {
            // A process that has ended starts nothing.
            let _ = process.signal(libc::SIGSTOP);
            found.push(process.pid);
            stopped.push(process);
        }
    }
    for process in stopped {
        let _ = process.signal(libc::SIGKILL);
    }
}
