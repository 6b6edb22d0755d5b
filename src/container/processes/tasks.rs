//! The processes of a container, and stopping all their threads.
//!
//! A container's processes are those in its PID namespace, or in its mount namespace where it shares another's PID
//! namespace. Reading /proc/PID/ns needs the right to trace the process, which the owner of its user namespace has.
//!
//! Whoever stops them holds the exec lock ([`crate::container::state::lock`]), so that no process enters meanwhile.

use crate::container::Container;
use crate::sys::process::identity::{Process, stat};
use crate::sys::process::list;
use crate::sys::process::ptrace::{Doing, Tracee};
use crate::sys::wait;
use crate::text::error::words_in_sentence;
use anyhow::{Result, bail};
use std::collections::HashSet;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::time::{Duration, Instant};

/// How long threads may take to stop, or to be released.
const TIMEOUT: Duration = Duration::from_secs(2);
/// How long to wait before looking again.
const STEP: Duration = Duration::from_millis(1);
/// How long to wait for a thread in uninterruptible sleep, such as a parent in vfork(2) whose child has stopped. It
/// stops before it runs again, so it need not be waited for longer.
const UNINTERRUPTIBLE: Duration = Duration::from_millis(100);

/// The pids of a running container's processes, the first process first.
pub fn pids(container: &Container) -> Result<Vec<i32>> {
    match container.state()?.init {
        Some(init) => Ok(pids_of(container, &init)),
        None => bail!("container {} is not running", container.record.name),
    }
}

/// The kind of namespace that only its own processes are in.
fn namespace_of(container: &Container) -> &'static str {
    match container.has_own_pids() {
        true => "pid",
        false => "mnt",
    }
}

/// The pids of the container whose first process is `init`; empty where that has ended.
pub fn pids_of(container: &Container, init: &Process) -> Vec<i32> {
    let kind = namespace_of(container);
    let path = format!("/proc/{}/ns/{kind}", init.pid);
    // While the file is open, no other namespace gets this number.
    let Ok((_open, namespace)) = fs::File::open(path).and_then(|file| {
        let namespace = Namespace {
            kind,
            identity: identity(&file.metadata()?),
        };
        Ok((file, namespace))
    }) else {
        return Vec::new();
    };
    if !init.is_alive() {
        return Vec::new();
    }
    let mut pids: Vec<i32> = list::pids();
    pids.retain(|pid| is_in(*pid, namespace));
    // Pids wrap around, so a later process may have a lower one than the first process.
    pids.sort_by_key(|pid| (*pid != init.pid, *pid));
    pids
}

/// The namespace that a container's processes are in.
#[derive(Clone, Copy)]
struct Namespace {
    /// Its name in /proc/PID/ns.
    kind: &'static str,
    /// Device and inode.
    identity: (u64, u64),
}

/// The threads of a container that are being stopped.
pub struct Tasks {
    namespace: Namespace,
    pub tracees: Vec<Tracee>,
    seen: HashSet<i32>,
    /// Why a thread could not be stopped; the first reason.
    refused: Option<String>,
}

impl Tasks {
    /// No thread yet.
    pub fn new(container: &Container) -> Tasks {
        Tasks {
            namespace: Namespace {
                kind: namespace_of(container),
                identity: (0, 0),
            },
            tracees: Vec::new(),
            seen: HashSet::new(),
            refused: None,
        }
    }

    /// Stops all threads. Returns a sentence for the user if some run on.
    pub fn stop_all(&mut self, init: &Process) -> Option<String> {
        // While the file is open, no other namespace gets this number.
        let namespace = fs::File::open(format!("/proc/{}/ns/{}", init.pid, self.namespace.kind)).and_then(|file| {
            self.namespace.identity = identity(&file.metadata()?);
            Ok(file)
        });
        match namespace {
            // The container has ended: there is nothing to pause.
            _ if !init.is_alive() => return None,
            Ok(_) => {}
            Err(error) => return Some(format!("the container is not paused: {}", words_in_sentence(&error))),
        }
        let begun = Instant::now();
        // A thread may have made another one just before it stopped: look again until there is no new one.
        let mut all_stopped = true;
        while self.stop_new() {
            all_stopped = self.wait_until_stopped(begun);
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

    /// Stops the threads that were not seen before; false where there are none.
    fn stop_new(&mut self) -> bool {
        let before = self.seen.len();
        for pid in list::pids() {
            if !self.has(pid) {
                continue;
            }
            for tid in list::threads(pid) {
                if self.seen.insert(tid) {
                    self.stop(pid, tid);
                }
            }
        }
        self.seen.len() > before
    }

    fn stop(&mut self, pid: i32, tid: i32) {
        match Tracee::stop(tid) {
            // The id may belong to another thread by now.
            Ok(Some(task)) if self.has(pid) && stat(tid).is_some() => self.tracees.push(task),
            Ok(Some(stranger)) => release_all(vec![stranger]),
            Ok(None) => {}
            Err(error) => {
                self.refused.get_or_insert_with(|| why_refused(tid, &error));
            }
        }
    }

    /// Whether a process is in the container: in its namespace, or a child of such a process, which may have made
    /// namespaces of its own.
    fn has(&self, pid: i32) -> bool {
        is_in(pid, self.namespace) || stat(pid).is_some_and(|stat| self.seen.contains(&stat.parent))
    }

    /// Waits until all of them have stopped; false where some do not in time.
    fn wait_until_stopped(&mut self, begun: Instant) -> bool {
        let told = Instant::now();
        wait::until(TIMEOUT.saturating_sub(begun.elapsed()), STEP, || {
            let mut runs = false;
            self.tracees.retain_mut(|task| {
                let doing = task.look();
                let can_wait =
                    || told.elapsed() > UNINTERRUPTIBLE && stat(task.tid()).is_some_and(|stat| stat.state == b'D');
                runs |= doing == Doing::Runs && !can_wait();
                doing != Doing::Ended
            });
            !runs
        })
    }
}

/// Releases the threads. The kernel releases any that remain when this process ends.
pub fn release_all(mut tracees: Vec<Tracee>) {
    wait::until(TIMEOUT, STEP, || {
        tracees.retain_mut(|task| !task.release());
        tracees.is_empty()
    });
}

/// Whether a process is in this namespace.
fn is_in(pid: i32, namespace: Namespace) -> bool {
    let found = fs::metadata(format!("/proc/{pid}/ns/{}", namespace.kind));
    found.is_ok_and(|found| identity(&found) == namespace.identity)
}

fn identity(file: &fs::Metadata) -> (u64, u64) {
    (file.dev(), file.ino())
}

fn why_refused(tid: i32, error: &io::Error) -> String {
    let tracer = list::status_field(tid, "TracerPid");
    let scope = fs::read_to_string("/proc/sys/kernel/yama/ptrace_scope").unwrap_or_default();
    match (tracer, scope.trim()) {
        (Some(tracer), _) if tracer != "0" => format!("process {tid} is traced by process {tracer}"),
        (_, "3") => "kernel.yama.ptrace_scope is 3, which forbids ptrace".into(),
        _ => format!("ptrace of process {tid}: {}", words_in_sentence(error)),
    }
}
