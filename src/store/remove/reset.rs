//! The end of a whole store, whatever state it is in.
//!
//! The file `format` goes first: without it the next command makes a new store in what is left, so a reset that is killed
//! leaves an empty store with full trash. Only what has one of the store's own names is touched.

use crate::store::Store;
use crate::store::files::directory::Directory;
use crate::store::files::trash;
use crate::store::format;
use crate::store::format::DIRECTORIES;
use crate::store::location::Location;
use crate::sys::overlay::Flavour;
use anyhow::Context;
use rustix::io::Errno;
use std::fs;
use std::sync::Arc;

impl Store {
    /// Opens a store without asking whether it is whole. `None` where there is none; a directory with other things in it
    /// is refused.
    pub fn open_to_reset(location: &Location) -> anyhow::Result<Option<Store>> {
        match rustix::fs::access(&location.root, rustix::fs::Access::EXISTS) {
            Err(Errno::NOENT) => return Ok(None),
            access => access.with_context(|| format!("store {}", location.root.display()))?,
        }
        let dir = Directory::open(&location.root)?;
        if dir.entries(".")?.is_empty() {
            return Ok(None);
        }
        format::check_is_ours(&dir)?;
        Ok(Some(Store {
            dir: Arc::new(dir),
            run: location.run.clone(),
            flavour: Flavour::of_this_process(),
        }))
    }

    /// Removes all that the store holds, and then its directories as far as nothing else is in them. Containers have been
    /// killed before. Returns the bytes that came back. Goes on after an error, and returns the first.
    pub fn reset(self) -> anyhow::Result<u64> {
        let dir = &*self.dir;
        // Even where the lock is not what it should be.
        let lock = self.lock_sweep();
        if dir.entries("trash").is_err() {
            dir.remove_file("trash")?;
        }
        dir.make_dir("trash", 0o700)?;
        let mut result = trash::put(dir, "format").map(drop);
        let is_top = |name: &&&str| !name.contains('/') && **name != "trash";
        for name in DIRECTORIES.iter().filter(is_top) {
            result = result.and(trash::put(dir, name).map(drop));
        }
        for name in dir.entries(".")?.iter().filter(|name| name.starts_with('.')) {
            result = result.and(trash::put(dir, name).map(drop));
        }
        // Nobody waits for what may take long.
        drop(lock);
        let freed = self.empty_trash();
        let _lock = self.lock_sweep();
        if !dir.exists("format")? {
            // Not empty: another command made a new store meanwhile, or the trash could not be emptied.
            let _ = dir.remove_file("lock");
            for folder in ["lock", "trash", "."] {
                let _ = fs::remove_dir(dir.path(folder).components().as_path());
            }
        }
        result.and(freed)
    }
}
