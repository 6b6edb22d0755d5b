//! Compressed bytes of downloads under way or interrupted, to go on from where they stopped.

use super::Store;
use super::directory::Directory;
use super::leases::lock_removable;
use crate::oci::Digest;
use crate::sys::lock::Lock;
use anyhow::Context;
use std::fs::File;
use std::sync::Arc;

/// The bytes of one blob that are here so far, locked. They are kept when it is dropped, for the next attempt.
pub struct Partial {
    dir: Arc<Directory>,
    path: String,
    lock: Lock,
}

impl Partial {
    /// Open for reading and writing, at its start. Nothing vouches for what is in it.
    pub fn file(&self) -> &File {
        self.lock.file()
    }

    /// The download is complete, or what is here is worthless.
    pub fn remove(self) -> anyhow::Result<()> {
        self.dir.remove_file(&self.path).map(drop)
    }
}

/// Moves interrupted downloads to the trash.
pub(super) fn reap(dir: &Directory) -> anyhow::Result<()> {
    for name in dir.list("partial")? {
        let path = format!("partial/{name}");
        if let Some(file) = dir.open_file(&path)?
            && let Some(_lock) = Lock::try_exclusive(file).with_context(dir.named(&path))?
        {
            super::trash::put(dir, &path)?;
        }
    }
    Ok(())
}

impl Store {
    /// What is here of a blob's download, empty if nothing. Waits while another command writes it.
    pub fn partial(&self, blob: &Digest) -> anyhow::Result<Partial> {
        let path = format!("partial/{}", blob.hex());
        let lock = lock_removable(&self.dir, &path)?;
        Ok(Partial {
            dir: self.dir.clone(),
            path,
            lock,
        })
    }
}
