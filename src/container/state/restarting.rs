//! The file `restarting` in a container's directory: it was stopped to be started again at once.
//!
//! A container that removes itself at its end (`--rm`) must not do so in between. The next start removes the file. If
//! that start never comes, the container is a stopped one, for `rm` or `prune`.

use anyhow::{Context, Result};
use std::fs::{self, File};
use std::path::Path;

const FILE: &str = "restarting";

/// Tells the supervisor of the container in `dir` to keep it at its end.
pub fn mark(dir: &Path) -> Result<()> {
    let path = dir.join(FILE);
    File::create(&path)
        .with_context(|| path.display().to_string())
        .map(drop)
}

/// Whether the container in `dir` is to be kept for another start.
pub fn is_pending(dir: &Path) -> bool {
    dir.join(FILE).exists()
}

/// Removes the mark: the container in `dir` starts. Called inside the user namespace that its files were made in.
pub fn forget(dir: &Path) -> Result<()> {
    if fs::remove_file(dir.join(FILE)).is_err() {
        // It was not marked.
        return Ok(());
    }
    // A `--rm` container is mounted with overlayfs's `volatile`, which leaves a mark that forbids a second mount: after
    // a crash of the machine the writable layer may be torn. The machine has not crashed since, so the layer is whole.
    let mark = dir.join("work/work/incompat/volatile");
    match fs::remove_dir_all(&mark) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| mark.display().to_string())
        }
        _ => Ok(()),
    }
}
