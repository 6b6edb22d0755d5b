//! Making a container's processes stand still while its files are read.
//!
//! There is no cgroup to freeze, so every thread is stopped by ptrace. That is done by a process of its own, forked from a command that
//! is still in the host's user namespace: only from there has an ordinary user power over the containers. It holds them until a pipe is
//! closed, so that they go on even where the command dies. What `exec` starts in the container meanwhile is not stopped.

use super::Container;
use crate::sys::fork::{self, Child};
use crate::sys::process::{Process, stat};
use crate::sys::ptrace::{Doing, Tracee};
use anyhow::{Context, Result};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::collections::HashSet;
use std::fs;
use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::os::unix::fs::MetadataExt;
use std::time::{Duration, Instant};

/// How long to wait for all to stop, or to go on.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long to wait for a task that the kernel does not interrupt, such as a parent in vfork(2) whose child has stopped: it
/// does nothing before it stops.
const UNINTERRUPTIBLE: Duration = Duration::from_millis(100);
/// How often to look whether a stopped process was killed.
const TICK: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 50_000_000,
};

/// A container whose processes stand still; dropping it lets them go on.
#[derive(Debug)]
pub struct Paused {
    hold: Option<PipeWriter>,
    holder: Option<Child>,
}

/// Pauses a container; `None` where it does not run. What cannot be stopped runs on, and `warn` hears why. Called in the
/// host's user namespace, in a process with one thread.
pub fn pause(container: &Container, warn: &mut dyn FnMut(&str)) -> Result<Option<Paused>> {
    let Some(init) = container.state()?.init else {
        return Ok(None);
    };
    let (released, hold) = io::pipe().context("making a pipe")?;
    let (mut report, reporter) = io::pipe().context("making a pipe")?;
    let mut hold = Some(hold);
    let holder = fork::spawn(|| {
        // This is the child's own copy, and would keep the pipe open.
        drop(hold.take());
        self::hold(&init, released, reporter)
    })
    .context("starting a process that pauses the container")?;
    let paused = Paused {
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
    Ok(Some(paused))
}

impl Drop for Paused {
    fn drop(&mut self) {
        drop(self.hold.take());
        if let Some(holder) = self.holder.take() {
            let _ = holder.wait();
        }
    }
}

/// In the child: stops all, reports in one line, waits until the pipe `released` is closed.
fn hold(init: &Process, released: PipeReader, mut report: PipeWriter) -> i32 {
    let mut tasks = Tasks::default();
    let warning = tasks.stop_all(init).unwrap_or_default();
    let reported = report.write_all(format!("{warning}\n").as_bytes());
    drop(report);
    while reported.is_ok() {
        match poll(&mut [PollFd::new(&released, PollFlags::IN)], Some(&TICK)) {
            Ok(0) | Err(rustix::io::Errno::INTR) => tasks.tracees.retain_mut(|task| task.look() != Doing::Ended),
            _ => break,
        }
    }
    let_go(tasks.tracees);
    0
}

/// The threads of a container.
#[derive(Default)]
struct Tasks {
    /// Device and inode of the container's pid namespace.
    namespace: (u64, u64),
    tracees: Vec<Tracee>,
    seen: HashSet<i32>,
    /// Why the first that could not be stopped was not.
    refused: Option<String>,
}

impl Tasks {
    /// Stops all; returns what to say if some run on.
    fn stop_all(&mut self, init: &Process) -> Option<String> {
        // While it is open no other namespace gets this number.
        let namespace = fs::File::open(format!("/proc/{}/ns/pid", init.pid)).and_then(|file| {
            self.namespace = identity(&file.metadata()?);
            Ok(file)
        });
        match namespace {
            // It ended: there is nothing to pause.
            _ if !init.is_alive() => return None,
            Ok(_) => {}
            Err(error) => return Some(format!("the container is not paused: {}", words(&error))),
        }
        let begun = Instant::now();
        // What a thread started just before it stopped is found by another round.
        let mut all_stopped = true;
        while self.stop_new() {
            all_stopped = self.settle(begun);
            if !all_stopped {
                break;
            }
        }
        match &self.refused {
            Some(reason) if self.tracees.is_empty() => Some(format!("the container is not paused: {reason}")),
            Some(reason) => Some(format!("the container is paused but for one process or more: {reason}")),
            None if !all_stopped => {
                Some("the container is paused in part only: some of its processes do not stop".into())
            }
            None => None,
        }
    }

    /// Tells those to stop that were not there before; false where there are none.
    fn stop_new(&mut self) -> bool {
        let before = self.seen.len();
        for pid in numbers("/proc") {
            if !self.has(pid) {
                continue;
            }
            for tid in numbers(&format!("/proc/{pid}/task")) {
                if self.seen.insert(tid) {
                    self.stop(pid, tid);
                }
            }
        }
        self.seen.len() > before
    }

    fn stop(&mut self, pid: i32, tid: i32) {
        match Tracee::stop(tid) {
            // The number may have become another's meanwhile.
            Ok(Some(task)) if self.has(pid) && stat(tid).is_some() => self.tracees.push(task),
            Ok(Some(stranger)) => let_go(vec![stranger]),
            Ok(None) => {}
            Err(error) => {
                self.refused.get_or_insert_with(|| why_refused(tid, &error));
            }
        }
    }

    /// Whether a process is in the container: in its pid namespace, or a child of one that is, where a container has
    /// namespaces inside.
    fn has(&self, pid: i32) -> bool {
        fs::metadata(format!("/proc/{pid}/ns/pid")).is_ok_and(|found| identity(&found) == self.namespace)
            || stat(pid).is_some_and(|stat| self.seen.contains(&stat.parent))
    }

    /// Waits for those that were told to stop; false where some do not.
    fn settle(&mut self, begun: Instant) -> bool {
        let told = Instant::now();
        loop {
            let mut runs = false;
            self.tracees.retain_mut(|task| {
                let doing = task.look();
                let can_wait =
                    || told.elapsed() > UNINTERRUPTIBLE && stat(task.tid()).is_some_and(|stat| stat.state == b'D');
                runs |= doing == Doing::Runs && !can_wait();
                doing != Doing::Ended
            });
            if !runs {
                return true;
            }
            if begun.elapsed() > PATIENCE {
                return false;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

/// Those that do not let themselves be released are released by the kernel when this process ends.
fn let_go(mut tracees: Vec<Tracee>) {
    let begun = Instant::now();
    loop {
        tracees.retain_mut(|task| !task.release());
        if tracees.is_empty() || begun.elapsed() > PATIENCE {
            return;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn identity(file: &fs::Metadata) -> (u64, u64) {
    (file.dev(), file.ino())
}

/// The entries of a directory that are numbers; none where it is gone.
fn numbers(dir: &str) -> Vec<i32> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .collect()
}

fn why_refused(tid: i32, error: &io::Error) -> String {
    let status = fs::read_to_string(format!("/proc/{tid}/status")).unwrap_or_default();
    let tracer = status.lines().find_map(|line| line.strip_prefix("TracerPid:"));
    let scope = fs::read_to_string("/proc/sys/kernel/yama/ptrace_scope").unwrap_or_default();
    match (tracer.map(str::trim), scope.trim()) {
        (Some(tracer), _) if tracer != "0" => format!("process {tid} is traced by process {tracer}"),
        (_, "3") => "kernel.yama.ptrace_scope is 3, which forbids ptrace".into(),
        _ => format!("ptrace of process {tid}: {}", words(error)),
    }
}

/// The kernel's words without Rust's number.
fn words(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_lowercase()
}
