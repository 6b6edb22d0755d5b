//! The file `stopped` in a container's directory tells its supervisor not to start it again.
//!
//! It is made before the container is signalled, and the next start removes it.

use anyhow::{Context, Result};
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::Path;

const FILE: &str = "stopped";

/// Whether the supervisor of the container in `dir` must not start it again.
pub fn is_marked(dir: &Path) -> bool {
    dir.join(FILE).exists()
}

/// Tells the supervisor of the container in `dir` not to start it again.
pub fn mark(dir: &Path) -> Result<()> {
    let path = dir.join(FILE);
    match File::create(&path) {
        // The container has ended and removed itself.
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        result => result.with_context(|| path.display().to_string()).map(drop),
    }
}

/// Removes the mark: the container in `dir` is started by a user.
pub fn forget(dir: &Path) -> Result<()> {
    let path = dir.join(FILE);
    match fs::remove_file(&path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error).with_context(|| path.display().to_string()),
        _ => Ok(()),
    }
}
