//! /dev/shm of another container, for a container that shares its IPC namespace: POSIX shared memory is files, so both
//! must have the same files.
//!
//! The files are in a mount of the other container's mount namespace, of which only a copy can be mounted here. A child
//! takes the copy there; it is mounted in the run directory while libcontainer binds it, and then removed.

use crate::runtime::model::run_dir;
use crate::sys::files::rooted;
use crate::sys::mount::detached;
use crate::sys::mount::tree;
use crate::sys::process::identity::Process;
use crate::sys::userns::namespaces;
use anyhow::{Context, Result};
use rustix::fs::OFlags;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// The copy in the run directory. Dropping it removes the copy, not the files.
#[derive(Debug)]
pub struct SharedMemory(PathBuf);

impl SharedMemory {
    /// Copies the mount at /dev/shm of the container whose first process is `init`. This process must be in its user
    /// namespace, have a mount namespace of its own and one thread.
    pub fn copy_of(init: &Process, run_dir: &Path) -> Result<SharedMemory> {
        let what = "sharing /dev/shm of the other container";
        let copy = namespaces::descriptor(init, || {
            let directory = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW;
            detached::copy_of_directory(rooted::open_exact(File::open("/")?, "dev/shm", directory)?)
        })
        .context(what)?;
        let path = run_dir.join(run_dir::SHARED_MEMORY);
        fs::create_dir(&path).with_context(|| path.display().to_string())?;
        let memory = SharedMemory(path);
        detached::attach(copy, &memory.0).context(what)?;
        Ok(memory)
    }

    /// Where the copy is mounted.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for SharedMemory {
    fn drop(&mut self) {
        let _ = tree::detach(&self.0);
        // Only the empty directory: remove_dir(2) refuses while something is mounted there.
        let _ = fs::remove_dir(&self.0);
    }
}
