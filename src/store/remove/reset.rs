//! Reset: the removal of a whole store, also of a damaged one.
//!
//! The file `format` is removed first. Without it the next command makes a new store in what is left, so a reset that
//! is killed leaves an empty store with a full trash. Only names that a store has are removed.

use crate::store::Store;
use crate::store::files::directory::Directory;
use crate::store::files::trash;
use crate::store::format;
use crate::store::format::DIRECTORIES;
use crate::store::location::Location;
use crate::sys::mount::overlay::Flavour;
use anyhow::Context;
use rustix::io::Errno;
use std::fs;
use std::sync::Arc;

impl Store {
    /// Opens a store without reading its format. `None` where there is none. A directory with other files in it is an
    /// error.
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

    /// Removes all that the store holds, and then its directory if nothing else is in it. The caller has killed the
    /// containers before. Returns the bytes on disk that are freed. Goes on after an error, and returns the first.
    pub fn reset(self) -> anyhow::Result<u64> {
        let dir = &*self.dir;
        // A lock file that cannot be locked must not prevent a reset.
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
        // Nobody else needs to wait while the trash is emptied.
        drop(lock);
        let freed = self.empty_trash();
        let _lock = self.lock_sweep();
        if !dir.exists("format")? {
            // A directory that is not empty stays: the trash could not be emptied, or another command is making a new
            // store.
            let _ = dir.remove_file("lock");
            for folder in ["lock", "trash", "."] {
                let _ = fs::remove_dir(dir.path(folder).components().as_path());
            }
        }
        result.and(freed)
    }
}
