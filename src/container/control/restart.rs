//! Stopping a container that is to be started again at once, and waiting before one that ended by itself is.
//!
//! One that removes itself at its end (`--rm`) must not do so in between: the file `restarting` in its directory tells its supervisor.
//! The next start takes the file away; where that never comes the container is a stopped one, for `rm` or `prune`.

use crate::container::Container;
use crate::container::control::stop::stop;
use crate::sys::process::signal;
use anyhow::{Context, Result};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::fs::{self, File};
use std::path::Path;
use std::time::Instant;

const FILE: &str = "restarting";

/// Stops a container as `stop` does, and keeps it.
pub fn stop_to_restart(container: &Container, signal: Option<i32>, timeout: Option<i64>) -> Result<()> {
    let path = container.dir.join(FILE);
    if container.config.host.auto_remove {
        File::create(&path).with_context(|| path.display().to_string())?;
    }
    stop(container, signal, timeout)
}

/// Whether the container in `dir` is to be kept for another start.
pub fn is_pending(dir: &Path) -> bool {
    dir.join(FILE).exists()
}

/// The container in `dir` starts. Called inside the user namespace.
pub fn done(dir: &Path) -> Result<()> {
    if fs::remove_file(dir.join(FILE)).is_err() {
        // It is not one that is restarted.
        return Ok(());
    }
    // What was mounted without being synced is marked, and not mounted again (overlayfs's `volatile`), for fear of a crash in
    // between. There was none on this boot, and it matters to nobody what becomes of this container after another.
    let mark = dir.join("work/work/incompat/volatile");
    match fs::remove_dir_all(&mark) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| mark.display().to_string())
        }
        _ => Ok(()),
    }
}

/// Waits before the next run of a container; false where a signal came that ends processes.
pub fn wait_until(until: Instant, signals: &signal::Held) -> Result<bool> {
    loop {
        while let Some(number) = signals.next().context("reading signals")? {
            if matches!(number, libc::SIGTERM | libc::SIGINT | libc::SIGQUIT | libc::SIGHUP) {
                return Ok(false);
            }
        }
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(true);
        }
        let timeout = Timespec::try_from(left).context("timeout")?;
        match poll(&mut [PollFd::new(signals, PollFlags::IN)], Some(&timeout)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error).context("waiting for the next start"),
        }
    }
}
