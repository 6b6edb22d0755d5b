//! Ending a running container, and waiting for its end.
//!
//! Called in the host's user namespace: a process in a sibling namespace may not signal the container.

use super::life::Watch;
use super::{Config, Container, State, Status, pause, signal, strays};
use crate::sys::process::Process;
use anyhow::{Context, Result, bail};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::time::{Duration, Instant};

/// How long a container has between its stop signal and SIGKILL where nothing else is said, in seconds.
const STOP_TIMEOUT: u64 = 10;
/// How long to wait for what SIGKILL must end, and for its supervisor to record it.
const KILL_TIMEOUT: Duration = Duration::from_secs(10);
/// How often to look where there is nothing to wait on: a start, or a supervisor's last steps.
const STEP: Duration = Duration::from_millis(5);

/// Sends `number` to the container's first process. One that is paused goes on where the signal is to end it.
pub fn kill(container: &Container, number: i32) -> Result<()> {
    match container.state()?.init {
        Some(init) if send(&init, number)? => {}
        _ => bail!("container {} is not running", container.record.name),
    }
    if number == libc::SIGKILL || number == container.config.stop_signal()? {
        pause::thaw(&container.dir)?;
    }
    Ok(())
}

impl Config {
    /// The signal that asks its first process to end.
    pub fn stop_signal(&self) -> Result<i32> {
        match &self.stop_signal {
            Some(name) => signal::parse(name).context("stop signal"),
            None => Ok(libc::SIGTERM),
        }
    }

    /// How long it has after that, in seconds.
    pub fn stop_timeout(&self) -> u64 {
        self.stop_timeout.unwrap_or(STOP_TIMEOUT)
    }
}

/// Sends the stop signal, and SIGKILL after `timeout` seconds (none: the container's own; negative: never). A container that is not running is stopped already.
pub fn stop(container: &Container, timeout: Option<i64>) -> Result<()> {
    let Some(watch) = Watch::open(&container.dir)? else {
        return Ok(());
    };
    let number = container.config.stop_signal()?;
    let seconds = match timeout {
        Some(seconds) => u64::try_from(seconds).ok(),
        None => Some(container.config.stop_timeout()),
    };
    if let Some(init) = started(&watch)? {
        send(&init, number)?;
        pause::thaw(&container.dir)?;
        if end(&watch, seconds.map(Duration::from_secs))?.is_none() {
            send(&init, libc::SIGKILL)?;
            end_of(&watch, &container.record.name)?;
        }
    }
    end_strays(container)
}

/// Ends what still runs of a container that does not run any more, where the supervisor that should have done so was killed.
pub fn end_strays(container: &Container) -> Result<()> {
    if container.has_own_pids() || container.state()?.is_active() {
        return Ok(());
    }
    strays::end(&container.record.id).with_context(|| format!("container {}", container.record.name))
}

/// Kills a container so that it can be removed: its processes, and a supervisor that does not get it started. Returns when
/// its end is recorded.
pub fn kill_to_remove(container: &Container) -> Result<()> {
    if let Some(watch) = Watch::open(&container.dir)? {
        kill_life(&watch, &container.record.name)?;
    }
    end_strays(container)
}

/// As [`kill_to_remove`]; `name` is for the error.
pub(super) fn kill_life(watch: &Watch, name: &str) -> Result<()> {
    if let Some(init) = started(watch)? {
        // It gets through to one that is paused as well.
        send(&init, libc::SIGKILL)?;
    } else if let Some(supervisor) = watch.state().supervisor {
        send(&supervisor, libc::SIGKILL)?;
    }
    end_of(watch, name)
}

/// Waits for the end of what was killed.
pub(super) fn end_of(watch: &Watch, name: &str) -> Result<()> {
    match end(watch, Some(KILL_TIMEOUT))? {
        Some(_) => Ok(()),
        None => bail!("container {name} does not end after SIGKILL"),
    }
}

/// Waits for the container's end, and returns its exit code; also of a container that is removed when it ends. One that never ran has 0.
pub fn wait(container: &Container) -> Result<i32> {
    let Some(watch) = Watch::open(&container.dir)? else {
        return Ok(0);
    };
    Ok(end(&watch, None)?.map_or(0, |state| state.code))
}

/// The first process; waits for it where the container is being started. `None` where the container is not running.
fn started(watch: &Watch) -> Result<Option<Process>> {
    let begun = Instant::now();
    loop {
        let state = watch.state();
        if state.status != Status::Starting || begun.elapsed() > KILL_TIMEOUT {
            return Ok(state.init);
        }
        std::thread::sleep(STEP);
    }
}

/// Waits until the container is not active, for `timeout` at most; `None` where that was too short.
fn end(watch: &Watch, timeout: Option<Duration>) -> Result<Option<State>> {
    let deadline = timeout.map(|timeout| Instant::now() + timeout);
    loop {
        let state = watch.state();
        if !state.is_active() {
            return Ok(Some(state));
        }
        let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        if left == Some(Duration::ZERO) {
            return Ok(None);
        }
        match state
            .init
            .map(|init| init.pidfd())
            .transpose()
            .context("container's first process")?
            .flatten()
        {
            Some(pidfd) => {
                let timeout = left.map(Timespec::try_from).transpose().context("timeout")?;
                match poll(&mut [PollFd::new(&pidfd, PollFlags::IN)], timeout.as_ref()) {
                    Ok(_) | Err(rustix::io::Errno::INTR) => {}
                    Err(error) => return Err(error).context("waiting for the container"),
                }
            }
            // Not started yet, or ended and not yet recorded.
            None => std::thread::sleep(STEP),
        }
    }
}

fn send(process: &Process, number: i32) -> Result<bool> {
    process
        .signal(number)
        .with_context(|| format!("signalling process {} of the container", process.pid))
}
