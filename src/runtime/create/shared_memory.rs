//! /dev/shm of a container that has another one's IPC namespace: POSIX shared memory is files, so to share it is to have the same files.
//!
//! They are in a mount of the other container's, which a mount of ours can only be a copy of. A child takes the copy in there, it is
//! put into the run directory for the moment in which the runtime binds it, and taken away.

use crate::runtime::model::run_dir;
use crate::sys::files::rooted;
use crate::sys::mount;
use crate::sys::process::identity::Process;
use crate::sys::userns::namespaces;
use anyhow::{Context, Result};
use rustix::fs::OFlags;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// The copy, while it is in the run directory.
#[derive(Debug)]
pub struct SharedMemory(PathBuf);

impl SharedMemory {
    /// Copies the mount at /dev/shm of the container whose first process is `init`. This process must be in its user namespace, have
    /// a mount namespace of its own and one thread.
    pub fn of(init: &Process, run_dir: &Path) -> Result<SharedMemory> {
        let what = "sharing /dev/shm of the other container";
        let copy = namespaces::descriptor(init, || {
            let directory = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW;
            mount::copy_of_directory(rooted::open_exact(File::open("/")?, "dev/shm", directory)?)
        })
        .context(what)?;
        let path = run_dir.join(run_dir::SHARED_MEMORY);
        fs::create_dir(&path).with_context(|| path.display().to_string())?;
        let memory = SharedMemory(path);
        mount::attach(copy, &memory.0).context(what)?;
        Ok(memory)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for SharedMemory {
    /// Never with what is in it.
    fn drop(&mut self) {
        let _ = mount::detach(&self.0);
        let _ = fs::remove_dir(&self.0);
    }
}
