//! What one removal takes: moved to the trash or unlinked, or, in a rehearsal, only noted.
//!
//! In both the same code decides what goes, so what a rehearsal tells is what a removal does. Sizes are summed when the
//! lock is free: what layers take was recorded when they were published, anything else is small or has to be walked.

use crate::oci::digest::{DiffId, Digest};
use crate::store::Store;
use crate::store::files::directory::Directory;
use crate::store::files::disk_usage;
use crate::store::files::trash;
use crate::store::objects::layers;
use crate::store::objects::records::ContainerRecord;
use crate::store::write::locks::SweepLock;
use std::cell::{Cell, RefCell};
use std::collections::HashSet;

/// What the holder of the sweep lock has taken so far.
#[derive(Default)]
pub struct Taken {
    /// In a rehearsal, the IDs of containers that are taken to be removed before.
    rehearsal: Option<HashSet<String>>,
    /// In a rehearsal the paths that would go; else the names that went to the trash.
    names: RefCell<HashSet<String>>,
    /// Bytes of what was unlinked at once.
    freed: Cell<u64>,
}

/// The containers that keep what they use in a removal.
#[derive(Debug, Default)]
pub struct Keepers {
    pub containers: Vec<ContainerRecord>,
    /// Why the records of others cannot be read: any image and any layer may be theirs, so none is removed.
    pub unreadable: Vec<anyhow::Error>,
}

impl Taken {
    pub fn in_rehearsal(containers: HashSet<String>) -> Taken {
        Taken {
            rehearsal: Some(containers),
            ..Taken::default()
        }
    }
}

impl SweepLock {
    /// Whether nothing is really removed.
    pub fn is_rehearsal(&self) -> bool {
        self.taken.rehearsal.is_some()
    }

    /// Whether a rehearsal has taken this path; what is really taken is not there any more.
    pub fn has_taken(&self, path: &str) -> bool {
        self.is_rehearsal() && self.taken.names.borrow().contains(path)
    }

    /// Moves something to the trash; false where it is not there.
    pub fn trash(&self, dir: &Directory, path: &str) -> anyhow::Result<bool> {
        if self.is_rehearsal() {
            return self.note(dir, path);
        }
        let name = trash::put(dir, path)?;
        let is_there = name.is_some();
        self.taken.names.borrow_mut().extend(name);
        Ok(is_there)
    }

    /// Unlinks a small file; false where it is not there.
    pub fn unlink(&self, dir: &Directory, path: &str) -> anyhow::Result<bool> {
        if self.is_rehearsal() {
            return self.note(dir, path);
        }
        let size = dir.disk(path)?.unwrap_or(0);
        let is_there = dir.remove_file(path)?;
        if is_there {
            self.taken.freed.set(self.taken.freed.get() + size);
        }
        Ok(is_there)
    }

    fn note(&self, dir: &Directory, path: &str) -> anyhow::Result<bool> {
        Ok(dir.exists(path)? && self.taken.names.borrow_mut().insert(path.to_owned()))
    }

    /// What is in the trash by another's doing.
    pub fn others_trash(&self, dir: &Directory) -> anyhow::Result<Vec<String>> {
        let mut names = dir.entries("trash")?;
        let own = self.taken.names.borrow();
        names.retain(|name| !own.contains(name));
        Ok(names)
    }
}

impl Store {
    /// The containers that keep what they use in this removal: all but those that a rehearsal takes to be removed before.
    pub fn keepers(&self, lock: &SweepLock) -> anyhow::Result<Keepers> {
        let mut keepers = Keepers::default();
        for (id, record) in self.each_container()? {
            match record {
                Ok(_) if lock.taken.rehearsal.as_ref().is_some_and(|gone| gone.contains(&id)) => {}
                Ok(record) => keepers.containers.push(record),
                Err(error) => keepers.unreadable.push(error),
            }
        }
        Ok(keepers)
    }

    /// Ends a removal: lets go of the lock, and empties the trash, or counts in a rehearsal what that would give. Returns
    /// the bytes that came back, or would.
    pub fn finish(&self, lock: SweepLock) -> anyhow::Result<u64> {
        let taken = lock.release();
        if taken.rehearsal.is_none() {
            return Ok(taken.freed.get() + self.empty_trash()?);
        }
        let trash = self
            .dir
            .entries("trash")?
            .into_iter()
            .map(|name| format!("trash/{name}"));
        let mut sum = 0;
        for path in taken.names.into_inner() {
            // It is in the trash already.
            if !path.starts_with("trash/") {
                sum += self.size_of(&path)?;
            }
        }
        for path in trash {
            sum += self.size_of(&path)?;
        }
        Ok(sum)
    }

    /// Bytes that something of the store's takes on disk. A layer's are known from its record.
    pub fn size_of(&self, path: &str) -> anyhow::Result<u64> {
        if let Some(hex) = path.strip_prefix("layers/")
            && let Ok(digest) = Digest::from_hex(hex)
            && let Some(layer) = layers::find(&self.dir, &DiffId(digest))?
            && layer.info.disk > 0
        {
            return Ok(layer.info.disk);
        }
        disk_usage::path(&self.dir, path)
    }
}
