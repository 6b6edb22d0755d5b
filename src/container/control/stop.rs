//! `stop`, `kill` and `wait`: ending a running container, and waiting for its end.
//!
//! Called in the host's user namespace: a process in a sibling user namespace may not signal the container.

use crate::container::Container;
use crate::container::config::Config;
use crate::container::config::process::signal;
use crate::container::config::supervision::restart_policy::RestartPolicy;
use crate::container::control::pause;
use crate::container::processes::orphans;
use crate::container::state::journal::JournalReader;
use crate::container::state::status::{State, Status};
use crate::container::state::stopped;
use crate::sys::process::identity::Process;
use anyhow::{Context, Result, bail};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::path::Path;
use std::time::{Duration, Instant};

/// Seconds between the stop signal and SIGKILL, unless the container or the user says otherwise.
const STOP_TIMEOUT: u64 = 10;
/// How long a container may take to end after SIGKILL, and its supervisor to record that.
const KILL_TIMEOUT: Duration = Duration::from_secs(10);
/// How often the journal is read where there is no process to wait for: during a start, or a supervisor's last steps.
const STEP: Duration = Duration::from_millis(5);
/// The same while a container waits for its next restart.
const LONG_STEP: Duration = Duration::from_millis(50);

/// Sends the signal `number` to the container's first process. A paused container is released if the signal is to end
/// it.
pub fn kill(container: &Container, number: i32) -> Result<()> {
    let config = &container.config;
    let state = container.state()?;
    let ends = number == libc::SIGKILL || number == config.stop_signal()?;
    // As in Docker: for a container that names no stop signal, any signal counts as one.
    let stops = ends || config.stop_signal.is_none();
    if stops && state.is_active() && config.host.restart != RestartPolicy::No {
        stopped::mark(&container.dir)?;
    }
    match (state.status, state.init, state.supervisor) {
        (Status::Restarting, _, Some(supervisor)) => {
            if stops {
                wake(&supervisor)?;
            }
            return Ok(());
        }
        (_, Some(init), _) if send(&init, number)? => {}
        _ => bail!("container {} is not running", container.record.name),
    }
    if ends {
        pause::thaw(&container.dir)?;
    }
    Ok(())
}

impl Config {
    /// The signal that asks its first process to end; SIGTERM by default.
    pub fn stop_signal(&self) -> Result<i32> {
        match &self.stop_signal {
            Some(name) => signal::parse(name).context("stop signal"),
            None => Ok(libc::SIGTERM),
        }
    }

    /// Seconds between that signal and SIGKILL.
    pub fn stop_timeout(&self) -> u64 {
        self.stop_timeout.unwrap_or(STOP_TIMEOUT)
    }
}

/// Sends `signal` (`None`: the container's stop signal), and SIGKILL after `timeout` seconds (`None`: the container's
/// timeout; negative: never). Returns when the end is recorded. Does nothing for a container that is not active, but
/// ends its orphans.
pub fn stop(container: &Container, signal: Option<i32>, timeout: Option<i64>) -> Result<()> {
    let Some(watch) = JournalReader::open(&container.dir)? else {
        return Ok(());
    };
    let number = match signal {
        Some(number) => number,
        None => container.config.stop_signal()?,
    };
    let seconds = match timeout {
        Some(seconds) => u64::try_from(seconds).ok(),
        None => Some(container.config.stop_timeout()),
    };
    if watch.state().is_active() {
        match stopped::mark(&container.dir) {
            // The disk may have become read-only. Without a restart policy the mark is not needed.
            Err(_) if container.config.host.restart == RestartPolicy::No => {}
            marked => marked?,
        }
        let thaw = || pause::thaw(&container.dir).map(drop);
        if bring_down(&watch, number, seconds.map(Duration::from_secs), &thaw)?.is_none() {
            kill_and_wait(&container.dir, &watch, &container.record.name)?;
        }
    }
    end_orphans(container)
}

/// Ends the orphans of a container that is not active: its supervisor was killed before it could do so.
pub fn end_orphans(container: &Container) -> Result<()> {
    if container.has_own_pids() || container.state()?.is_active() {
        return Ok(());
    }
    orphans::end(&container.record.id).with_context(|| format!("container {}", container.record.name))
}

/// Kills a container so that it can be removed: its processes, and its supervisor if that is still starting it. Returns
/// when the end is recorded.
pub fn kill_to_remove(container: &Container) -> Result<()> {
    if let Some(watch) = JournalReader::open(&container.dir)? {
        kill_and_wait(&container.dir, &watch, &container.record.name)?;
    }
    end_orphans(container)
}

/// As [`kill_to_remove`], for the container in `dir` with the open journal `watch`; `name` is for the error.
pub fn kill_and_wait(dir: &Path, watch: &JournalReader, name: &str) -> Result<()> {
    if !watch.state().is_active() {
        return Ok(());
    }
    stopped::mark(dir)?;
    // SIGKILL ends frozen processes as well.
    if bring_down(watch, libc::SIGKILL, Some(KILL_TIMEOUT), &|| Ok(()))?.is_some() {
        return Ok(());
    }
    if let State {
        init: None,
        supervisor: Some(supervisor),
        ..
    } = watch.state()
    {
        send(&supervisor, libc::SIGKILL)?;
    }
    end_of(watch, name)
}

/// Sends the signal `number` to the container's first process, and again to the next one if the supervisor restarts the
/// container before it sees the mark. Returns the final state; `None` if the container is still active `timeout` after
/// the first signal. `sent` is called after each signal.
fn bring_down(
    watch: &JournalReader,
    number: i32,
    timeout: Option<Duration>,
    sent: &dyn Fn() -> Result<()>,
) -> Result<Option<State>> {
    // While it is being started, nothing has been signalled yet.
    let mut deadline = Some(Instant::now() + KILL_TIMEOUT);
    let mut told: Option<Process> = None;
    loop {
        let state = watch.state();
        if !state.is_active() {
            return Ok(Some(state));
        }
        let whom = match state.status {
            Status::Starting => None,
            Status::Restarting => state.supervisor.clone(),
            _ => state.init.clone(),
        };
        if let Some(process) = whom.filter(|process| told.as_ref() != Some(process)) {
            match state.status {
                Status::Restarting => drop(wake(&process)?),
                _ => {
                    send(&process, number)?;
                    sent()?;
                }
            }
            if told.replace(process).is_none() {
                deadline = timeout.map(|timeout| Instant::now() + timeout);
            }
        }
        if !wait_a_while(&state, deadline)? {
            return Ok(None);
        }
    }
}

/// Ends a supervisor's wait before the next restart. It sees then that the container is marked as stopped.
fn wake(supervisor: &Process) -> Result<bool> {
    send(supervisor, libc::SIGTERM)
}

/// Waits for the end of a container that was killed; an error after [`KILL_TIMEOUT`].
pub fn end_of(watch: &JournalReader, name: &str) -> Result<()> {
    let deadline = Some(Instant::now() + KILL_TIMEOUT);
    loop {
        let state = watch.state();
        if !state.is_active() {
            return Ok(());
        }
        if !wait_a_while(&state, deadline)? {
            bail!("container {name} does not end after SIGKILL");
        }
    }
}

/// Waits for the container's end, or its restart, and returns the exit code; 0 for one that never ran. Works when the
/// container removes itself at its end, too.
pub fn wait(container: &Container) -> Result<i32> {
    let Some(watch) = JournalReader::open(&container.dir)? else {
        return Ok(0);
    };
    let begun = watch.state();
    let mut state = begun.clone();
    while state.is_active() && state.restarts == begun.restarts {
        wait_a_while(&state, None)?;
        state = watch.state();
    }
    Ok(state.code)
}

/// Waits until the state of an active container may have changed; false if the deadline comes first.
fn wait_a_while(state: &State, deadline: Option<Instant>) -> Result<bool> {
    let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
    if left == Some(Duration::ZERO) {
        return Ok(false);
    }
    let init = state.init.as_ref().map(|init| init.pidfd()).transpose();
    match init.context("container's first process")?.flatten() {
        Some(pidfd) => {
            let timeout = left.map(Timespec::try_from).transpose().context("timeout")?;
            match poll(&mut [PollFd::new(&pidfd, PollFlags::IN)], timeout.as_ref()) {
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error).context("waiting for the container"),
            }
        }
        None if state.status == Status::Restarting => std::thread::sleep(LONG_STEP),
        // It has not started yet, or it has ended and that is not recorded yet.
        None => std::thread::sleep(STEP),
    }
    Ok(true)
}

fn send(process: &Process, number: i32) -> Result<bool> {
    process
        .signal(number)
        .with_context(|| format!("signalling process {} of the container", process.pid))
}
