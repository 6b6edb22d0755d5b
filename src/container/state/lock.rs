//! The two locks in a container's directory.
//!
//! `lock` is held, alone, for the moment of starting, removing or changing an idle container, and never while it runs:
//! whoever holds it and finds the container idle may start or remove it.
//!
//! `entrance` orders `exec` and whatever freezes the container's processes. A process of `exec` enters one namespace
//! after the other and is in all of them only at the end, so it could not be found and stopped in between. It holds
//! this lock shared while it enters; whoever freezes the container holds it alone.

use crate::sys::files::lock::Lock;
use anyhow::{Context, Result, bail};
use std::fs::File;
use std::path::Path;

/// The right to start, remove or change an idle container.
pub struct ContainerLock(#[expect(dead_code, reason = "held, not read")] Lock);

/// Waits for the lock of the container in `dir`; an error where the container is gone.
pub fn lock(dir: &Path) -> Result<ContainerLock> {
    let lock = Lock::exclusive(open(dir, "lock")?)?;
    // It may have been removed while we waited.
    if !dir.join("lock").exists() {
        bail!("the container was removed meanwhile");
    }
    Ok(ContainerLock(lock))
}

/// For a process that enters the container in `dir`; waits while the container is being frozen.
pub fn exec_shared(dir: &Path) -> Result<Lock> {
    Lock::shared(open(dir, "entrance")?).context("waiting to enter the container")
}

/// For whoever freezes the container in `dir`: no process enters it meanwhile. Waits for those that are entering.
pub fn exec_exclusive(dir: &Path) -> Result<Lock> {
    Lock::exclusive(open(dir, "entrance")?).context("waiting for processes that enter the container")
}

fn open(dir: &Path, name: &str) -> Result<File> {
    let path = dir.join(name);
    let file = File::options().create(true).append(true).open(&path);
    file.with_context(|| path.display().to_string())
}
