//! What is being written: a directory in `staging/`, and beside it a locked file that says that its writer lives.
//!
//! The lock file is made and locked before the directory, and removed after it, so a directory without a locked file is
//! garbage at any moment, and for good: no path is used twice. Whoever finds a free lock, or none, checks nothing further: the
//! writer is gone.

use crate::layer::model::Applied;
use crate::store::Store;
use crate::store::files::directory::Directory;
use crate::store::files::disk_usage;
use crate::store::files::trash;
use crate::store::objects::layers;
use crate::store::objects::records::{Layer, LayerInfo};
use crate::store::write::locks::UseLock;
use crate::store::write::unsynced;
use crate::sys::files::lock::Lock;
use crate::sys::files::random_name::random_name;
use anyhow::Context;
use std::fs::File;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::MetadataExt;
use std::sync::Arc;

/// A directory being written. Dropping it removes what is still there.
pub struct Staging {
    dir: Arc<Directory>,
    /// `staging/NAME`.
    path: String,
    lock: Option<Lock>,
}

impl Staging {
    pub fn new(dir: &Arc<Directory>) -> anyhow::Result<Staging> {
        let (path, lock) = new_path(dir)?;
        let staging = Staging {
            dir: dir.clone(),
            path,
            lock: Some(lock),
        };
        staging.dir.make_dir(&staging.path, 0o700)?;
        Ok(staging)
    }

    /// Relative to the store.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// A path in it.
    pub fn join(&self, name: &str) -> String {
        format!("{}/{name}", self.path)
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // Whatever fails here is garbage for the next one to find.
        if let Ok(Some(left)) = trash::put(&self.dir, &self.path) {
            let _ = trash::delete(&self.dir, &left);
        }
        let _ = self.dir.remove_file(&lock_path(&self.path));
        self.lock.take();
    }
}

fn lock_path(path: &str) -> String {
    format!("{path}.lock")
}

/// A path with its lock. Between the making of the lock's file and its locking another may take it for a dead one's and remove it. Then
/// that path is never used again: a third may have seen it free as well, and act on that at any time.
fn new_path(dir: &Directory) -> anyhow::Result<(String, Lock)> {
    loop {
        let path = format!("staging/{}", random_name());
        let lock = Lock::exclusive(dir.create_file(&lock_path(&path))?).with_context(dir.named(&path))?;
        if lock.file().metadata().with_context(dir.named(&path))?.nlink() > 0 {
            return Ok((path, lock));
        }
    }
}

/// Whether the writer of what is at `path` lives.
pub fn is_alive(dir: &Directory, path: &str) -> anyhow::Result<bool> {
    match dir.open_file(&lock_path(path))? {
        Some(file) => Ok(Lock::try_exclusive(file).with_context(dir.named(path))?.is_none()),
        None => Ok(false),
    }
}

/// Calls `take` with what each killed writer left, and with the path of its lock, while nobody else does.
pub fn reap(dir: &Directory, take: &mut dyn FnMut(&str, &str) -> anyhow::Result<()>) -> anyhow::Result<()> {
    for entry in dir.list("staging")? {
        let name = entry.strip_suffix(".lock").unwrap_or(&entry);
        let path = format!("staging/{name}");
        let lock = match dir.open_file(&lock_path(&path))? {
            // A live writer holds it.
            Some(file) => match Lock::try_exclusive(file).with_context(dir.named(&path))? {
                Some(lock) => Some(lock),
                None => continue,
            },
            None => None,
        };
        take(&path, &lock_path(&path))?;
        drop(lock);
    }
    Ok(())
}

/// A layer being written. Dropping it unpublished removes it.
#[must_use = "a staged layer is lost unless it is published"]
pub struct LayerStaging {
    staging: Staging,
}

impl LayerStaging {
    /// The directory to apply into: empty, mode 0755 until the layer says otherwise.
    pub fn diff(&self) -> anyhow::Result<OwnedFd> {
        self.staging.dir.open_dir(&self.staging.join("diff"))
    }

    /// The file for the tar-split, new and empty. To be asked for once.
    pub fn split(&self) -> anyhow::Result<File> {
        self.staging.dir.create_file(&self.staging.join("tar-split.zst"))
    }

    /// Makes the layer visible under its diff_id; where it is there already, succeeds and keeps the one that is there,
    /// unless that one is damaged or suspect. `durable`: synced before this returns, for layers that cannot be fetched
    /// again.
    pub fn publish(self, _lock: &UseLock, applied: &Applied, durable: bool) -> anyhow::Result<Layer> {
        let (staging, dir) = (&self.staging, &*self.staging.dir);
        let mut info = LayerInfo {
            diff_id: applied.diff_id,
            tar_size: applied.tar_size,
            size: applied.size,
            entries: applied.entries,
            disk: 0,
            needs: applied.lower_refs.clone(),
        };
        let record = staging.join("layer.json");
        dir.put_record(&record, &info, false)?;
        // With the record itself, which takes no more room with the number in it.
        info.disk = disk_usage::tree(dir.open_dir(staging.path())?.as_fd()).with_context(dir.named(staging.path()))?;
        dir.put_record(&record, &info, false)?;
        layers::put(dir, staging.path(), &applied.diff_id)?;
        if durable {
            unsynced::sync(dir)?;
        }
        layers::find(dir, &applied.diff_id)?
            .with_context(|| format!("layer {} vanished while it was published", applied.diff_id))
    }
}

impl Store {
    /// A place to write a layer. Clears away first what killed commands left in such places.
    pub fn stage_layer(&self) -> anyhow::Result<LayerStaging> {
        let mut reaped = Vec::new();
        reap(&self.dir, &mut |path, lock| {
            reaped.extend(trash::put(&self.dir, path)?);
            self.dir.remove_file(lock).map(drop)
        })?;
        for dead in reaped {
            // What this mapping of ids may not delete stays in the trash, and hinders nobody.
            let _ = trash::delete(&self.dir, &dead);
        }
        let staging = Staging::new(&self.dir)?;
        self.dir.make_dir(&staging.join("diff"), 0o755)?;
        Ok(LayerStaging { staging })
    }
}
