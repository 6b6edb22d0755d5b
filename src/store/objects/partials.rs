//! Compressed bytes of a download under way or broken off: `partial/HEX`, by the blob's digest.
//!
//! A partial holds the first bytes of its blob, as many as have come. It is written along with the download, so that a
//! kill or a power cut costs no more than what was still on its way, and nobody believes it: whoever goes on from it
//! hashes it again from its first byte. Nothing is synced: what a power cut takes off its end is fetched again, and what it
//! may leave wrong inside is found when the blob is verified.

use crate::oci::digest::Digest;
use crate::store::Store;
use crate::store::files::directory::Directory;
use crate::store::files::trash;
use crate::store::write::leases::try_lock_removable;
use crate::sys::files::lock::Lock;
use anyhow::Context;
use std::fs::File;
use std::os::unix::fs::MetadataExt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// The first bytes of one blob, for one download at a time. An empty one goes when it is dropped.
pub struct Partial {
    dir: Arc<Directory>,
    path: String,
    lock: Lock,
}

impl Partial {
    /// The file; all that it is handed to shares one position in it.
    pub fn file(&self) -> anyhow::Result<File> {
        self.lock.file().try_clone().with_context(self.dir.named(&self.path))
    }

    /// Bytes that are there now.
    pub fn size(&self) -> anyhow::Result<u64> {
        let metadata = self.lock.file().metadata().with_context(self.dir.named(&self.path))?;
        Ok(metadata.len())
    }

    /// Removes it: its blob is no longer wanted.
    pub fn discard(&self) -> anyhow::Result<()> {
        self.dir.remove_file(&self.path).map(drop)
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if self.size().is_ok_and(|size| size == 0) {
            // A leftover is removed by the next sweep.
            let _ = self.dir.remove_file(&self.path);
        }
    }
}

fn path(name: &str) -> String {
    format!("partial/{name}")
}

/// Calls `take` with the path of each partial that no download uses and none has written to for so long, while none does.
pub fn reap(
    dir: &Directory,
    unused_for: Duration,
    take: &mut dyn FnMut(&str) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let now = SystemTime::now();
    for name in dir.entries("partial")? {
        let Some(file) = dir.open_file(&path(&name))? else {
            continue;
        };
        let metadata = file.metadata().with_context(dir.named(&path(&name)))?;
        let written = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
        // What was written in the future is not old.
        if now.duration_since(written).unwrap_or_default() < unused_for {
            continue;
        }
        if let Some(_lock) = try_lock_removable(dir, &path(&name), file)? {
            take(&path(&name))?;
        }
    }
    Ok(())
}

/// Whether a download uses it.
pub fn is_used(dir: &Directory, path: &str) -> anyhow::Result<bool> {
    match dir.open_file(path)? {
        Some(file) => Ok(Lock::try_exclusive(file).with_context(dir.named(path))?.is_none()),
        None => Ok(false),
    }
}

impl Store {
    /// What is there of a blob, empty where there is nothing; `None` while another download uses it. Whoever wants a layer
    /// has the [claim](crate::store::write::leases::LayerClaim) on it first.
    pub fn partial(&self, digest: &Digest) -> anyhow::Result<Option<Partial>> {
        // Stores that are older than partials have no such directory.
        self.dir.make_dir("partial", 0o700)?;
        let path = path(&digest.hex());
        loop {
            let file = self.dir.open_lock(&path)?;
            let Some(lock) = Lock::try_exclusive(file).with_context(self.dir.named(&path))? else {
                return Ok(None);
            };
            let locked = lock.file().metadata().with_context(self.dir.named(&path))?.ino();
            // Otherwise it was swept between its opening and its locking.
            if self.dir.inode(&path)? == Some(locked) {
                let dir = self.dir.clone();
                return Ok(Some(Partial { dir, path, lock }));
            }
        }
    }

    /// Bytes that all partials take on disk.
    pub fn partial_usage(&self) -> anyhow::Result<u64> {
        let mut bytes = 0;
        for name in self.dir.list("partial")? {
            bytes += self.dir.disk(&path(&name))?.unwrap_or(0);
        }
        Ok(bytes)
    }

    /// Removes partials that nobody has gone on with for so long that nobody will.
    pub fn reap_partials(&self, unused_for: Duration) -> anyhow::Result<()> {
        reap(&self.dir, unused_for, &mut |path| trash::put(&self.dir, path).map(drop))
    }
}
