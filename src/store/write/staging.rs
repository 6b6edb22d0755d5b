//! Directories that are being written: `staging/NAME`, and beside each a file `NAME.lock` that its writer keeps locked.
//!
//! The lock file is made and locked before the directory is made, and removed after the directory is gone or
//! published. So a directory whose lock file is not locked, or not there, is garbage, and stays garbage, because no
//! path is used twice. Whoever finds one needs to check nothing else.

use crate::store::files::directory::Directory;
use crate::store::files::trash;
use crate::sys::files::lock::Lock;
use crate::sys::files::random_name::random_name;
use anyhow::Context;
use std::os::unix::fs::MetadataExt;
use std::sync::Arc;

/// A directory that is being written. Dropping it removes what has not been renamed out of it.
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

    /// The path of something in the directory, relative to the store.
    pub fn join(&self, name: &str) -> String {
        format!("{}/{name}", self.path)
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // Whatever fails here leaves garbage, which the next command that stages a layer removes.
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

/// A path that nobody has used, and its lock.
///
/// Between the making of the lock file and its locking, another command may take it for the file of a dead writer and
/// remove it. That path is then given up: a third command may have found the file unlocked as well, and may act on
/// that at any time.
fn new_path(dir: &Directory) -> anyhow::Result<(String, Lock)> {
    loop {
        let path = format!("staging/{}", random_name());
        let lock = Lock::exclusive(dir.create_file(&lock_path(&path))?).with_context(dir.named(&path))?;
        if lock.file().metadata().with_context(dir.named(&path))?.nlink() > 0 {
            return Ok((path, lock));
        }
    }
}

/// Whether the writer of the directory at `path` lives.
pub fn is_alive(dir: &Directory, path: &str) -> anyhow::Result<bool> {
    match dir.open_file(&lock_path(path))? {
        Some(file) => Ok(Lock::try_exclusive(file).with_context(dir.named(path))?.is_none()),
        None => Ok(false),
    }
}

/// Calls `take` with the path of each directory whose writer is gone and the path of its lock file, while that is
/// locked.
pub fn reap(dir: &Directory, take: &mut dyn FnMut(&str, &str) -> anyhow::Result<()>) -> anyhow::Result<()> {
    for entry in dir.list("staging")? {
        let name = entry.strip_suffix(".lock").unwrap_or(&entry);
        let path = format!("staging/{name}");
        let lock = match dir.open_file(&lock_path(&path))? {
            Some(file) => match Lock::try_exclusive(file).with_context(dir.named(&path))? {
                Some(lock) => Some(lock),
                // A live writer holds it.
                None => continue,
            },
            None => None,
        };
        take(&path, &lock_path(&path))?;
        drop(lock);
    }
    Ok(())
}
