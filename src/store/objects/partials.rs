//! Partial downloads: `partial/HEX` has the first bytes of the compressed blob with this digest, as many as have been
//! received.
//!
//! It is written during the download, so that a kill or a power cut costs only what was still in transit. Nobody
//! believes it: a download that resumes from it hashes it again from its first byte. Nothing is synced: what a power
//! cut takes off the end is fetched again, and damage inside is found when the blob is verified.

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

/// A partial download, for one command at a time. Dropping an empty one removes the file.
pub struct Partial {
    dir: Arc<Directory>,
    path: String,
    lock: Lock,
}

impl Partial {
    /// The file. All such files share one position.
    pub fn file(&self) -> anyhow::Result<File> {
        self.lock.file().try_clone().with_context(self.dir.named(&self.path))
    }

    /// Bytes that the file has now.
    pub fn size(&self) -> anyhow::Result<u64> {
        let metadata = self.lock.file().metadata().with_context(self.dir.named(&self.path))?;
        Ok(metadata.len())
    }

    /// Removes the file, because its blob is not wanted any more.
    pub fn discard(&self) -> anyhow::Result<()> {
        self.dir.remove_file(&self.path).map(drop)
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if self.size().is_ok_and(|size| size == 0) {
            // A file that cannot be removed is removed by the next sweep.
            let _ = self.dir.remove_file(&self.path);
        }
    }
}

fn path(name: &str) -> String {
    format!("partial/{name}")
}

/// Calls `take` with the path of each partial that no download uses and that was last written at least `unused_for`
/// ago, while it is locked.
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
        // A time in the future counts as now.
        if now.duration_since(written).unwrap_or_default() < unused_for {
            continue;
        }
        if let Some(_lock) = try_lock_removable(dir, &path(&name), file)? {
            take(&path(&name))?;
        }
    }
    Ok(())
}

/// Whether a download uses the partial at `path`.
pub fn is_used(dir: &Directory, path: &str) -> anyhow::Result<bool> {
    match dir.open_file(path)? {
        Some(file) => Ok(Lock::try_exclusive(file).with_context(dir.named(path))?.is_none()),
        None => Ok(false),
    }
}

impl Store {
    /// The partial of a blob, empty where nothing has been received. `None` while another download uses it. A command
    /// that fetches a layer holds the [claim](crate::store::write::leases::LayerClaim) on it already.
    pub fn partial(&self, digest: &Digest) -> anyhow::Result<Option<Partial>> {
        // A store that was made by an earlier version has no such folder.
        self.dir.make_dir("partial", 0o700)?;
        let path = path(&digest.hex());
        loop {
            let file = self.dir.open_lock(&path)?;
            let Some(lock) = Lock::try_exclusive(file).with_context(self.dir.named(&path))? else {
                return Ok(None);
            };
            let locked = lock.file().metadata().with_context(self.dir.named(&path))?.ino();
            // Otherwise a sweep removed it between its opening and its locking.
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

    /// Moves partials that no download has written for `unused_for` to the trash.
    pub fn reap_partials(&self, unused_for: Duration) -> anyhow::Result<()> {
        reap(&self.dir, unused_for, &mut |path| trash::put(&self.dir, path).map(drop))
    }
}
