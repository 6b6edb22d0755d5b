//! The file `paused` in a container's directory: which process holds the container's processes frozen.
//!
//! ```text
//! {pid, start time, boot}
//! ```
//!
//! The container is paused exactly while that process exists.

use crate::sys::files::atomic_file;
use crate::sys::process::identity::Process;
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;

const FILE: &str = "paused";

/// Whether the container in `dir`, which runs, is paused.
pub fn is_paused(dir: &Path) -> bool {
    holder(dir).is_some_and(|holder| holder.is_alive())
}

/// The process that holds the container in `dir`, as recorded; it may have ended.
pub fn holder(dir: &Path) -> Option<Process> {
    serde_json::from_slice(&fs::read(dir.join(FILE)).ok()?).ok()
}

/// Names this process as the one that holds the container.
pub fn record(dir: &Path) -> Result<()> {
    let this = Process::this()?;
    let path = dir.join(FILE);
    atomic_file::replace(&path, &serde_json::to_vec(&this)?).with_context(|| path.display().to_string())
}

/// Removes the record; nothing where there is none.
pub fn forget(dir: &Path) {
    let _ = fs::remove_file(dir.join(FILE));
}
