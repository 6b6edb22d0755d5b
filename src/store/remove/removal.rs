//! One removal: what it has moved to the trash or unlinked so far or, in a dry run, what it would have.
//!
//! The same code decides in both cases, so a dry run reports exactly what a removal does. Sizes are summed after the
//! lock is released: a layer's was recorded when it was published, everything else is small or has to be walked.

use crate::oci::digest::{DiffId, Digest};
use crate::store::Store;
use crate::store::files::directory::Directory;
use crate::store::files::{disk_usage, trash};
use crate::store::objects::layers;
use crate::store::objects::records::ContainerRecord;
use crate::store::remove::references::ReferenceCounts;
use crate::store::write::leases;
use crate::store::write::locks::SweepLock;
use std::cell::{Cell, RefCell, RefMut};
use std::collections::HashSet;
use std::sync::Arc;

/// A removal under way, with the sweep lock. To be ended with [`Store::finish_removal`]; where it is dropped instead,
/// what it moved stays in the trash until that is emptied.
pub struct Removal {
    lock: SweepLock,
    dir: Arc<Directory>,
    /// In a dry run, the IDs of the containers that would have been removed before.
    dry_run: Option<HashSet<String>>,
    /// In a dry run the paths that would be removed, otherwise the names given in the trash.
    removed: RefCell<HashSet<String>>,
    /// Bytes of the files that were unlinked.
    freed: Cell<u64>,
    /// Counted once, when first needed: under the sweep lock nobody else changes them.
    references: RefCell<Option<ReferenceCounts>>,
}

/// The containers that are there in a removal.
#[derive(Debug, Default)]
pub struct PresentContainers {
    pub readable: Vec<ContainerRecord>,
    /// Why the records of the others cannot be read. Any image and any layer may be theirs, so none is removed.
    pub unreadable: Vec<anyhow::Error>,
}

impl Removal {
    /// Whether nothing is really removed.
    pub fn is_dry_run(&self) -> bool {
        self.dry_run.is_some()
    }

    /// Whether a dry run would have removed this path. What is really removed is not there any more.
    pub fn would_have_removed(&self, path: &str) -> bool {
        self.is_dry_run() && self.removed.borrow().contains(path)
    }

    /// Moves something to the trash. False where it is not there.
    pub fn trash(&self, path: &str) -> anyhow::Result<bool> {
        if self.is_dry_run() {
            return self.note(path);
        }
        let name = trash::put(&self.dir, path)?;
        let was_there = name.is_some();
        self.removed.borrow_mut().extend(name);
        Ok(was_there)
    }

    /// Unlinks a small file. False where it is not there.
    pub fn unlink(&self, path: &str) -> anyhow::Result<bool> {
        if self.is_dry_run() {
            return self.note(path);
        }
        let size = self.dir.disk(path)?.unwrap_or(0);
        let was_there = self.dir.remove_file(path)?;
        if was_there {
            self.freed.set(self.freed.get() + size);
        }
        Ok(was_there)
    }

    fn note(&self, path: &str) -> anyhow::Result<bool> {
        Ok(self.dir.exists(path)? && self.removed.borrow_mut().insert(path.to_owned()))
    }

    /// The names in the trash that this removal has not put there.
    pub fn earlier_trash(&self) -> anyhow::Result<Vec<String>> {
        let mut names = self.dir.entries("trash")?;
        let own = self.removed.borrow();
        names.retain(|name| !own.contains(name));
        Ok(names)
    }
}

impl Store {
    /// Begins a removal. Waits until nobody else holds the use or the sweep lock.
    pub fn begin_removal(&self) -> anyhow::Result<Removal> {
        self.new_removal(None)
    }

    /// As [`Store::begin_removal`], for a removal that only reports what would go once the `containers` with these
    /// IDs are removed.
    pub fn begin_dry_run(&self, containers: HashSet<String>) -> anyhow::Result<Removal> {
        self.new_removal(Some(containers))
    }

    fn new_removal(&self, dry_run: Option<HashSet<String>>) -> anyhow::Result<Removal> {
        Ok(Removal {
            lock: self.lock_sweep()?,
            dir: self.dir.clone(),
            dry_run,
            removed: RefCell::default(),
            freed: Cell::default(),
            references: RefCell::default(),
        })
    }

    /// All containers but those that a dry run takes to be removed before.
    pub fn present_containers(&self, removal: &Removal) -> anyhow::Result<PresentContainers> {
        let mut present = PresentContainers::default();
        for (id, record) in self.each_container()? {
            match record {
                Ok(_) if removal.dry_run.as_ref().is_some_and(|gone| gone.contains(&id)) => {}
                Ok(record) => present.readable.push(record),
                Err(error) => present.unreadable.push(error),
            }
        }
        Ok(present)
    }

    /// What all images, containers and live leases reference, less what this removal has released since it was counted.
    pub fn references<'a>(&self, removal: &'a Removal) -> anyhow::Result<RefMut<'a, ReferenceCounts>> {
        let mut counted = removal.references.borrow_mut();
        if counted.is_none() {
            *counted = Some(self.count_references(removal)?);
        }
        Ok(RefMut::map(counted, |counted| counted.get_or_insert_default()))
    }

    fn count_references(&self, removal: &Removal) -> anyhow::Result<ReferenceCounts> {
        let mut counts = ReferenceCounts::default();
        for image in self.images()? {
            counts.add_image(&image);
        }
        let containers = self.present_containers(removal)?;
        for container in &containers.readable {
            counts.add_layers(&container.layers);
        }
        if !containers.unreadable.is_empty() {
            counts.add_any_layer();
        }
        counts.add_layers(&leases::live(&self.dir, &mut |path| removal.unlink(path).map(drop))?);
        Ok(counts)
    }

    /// Ends a removal: releases the lock, then empties the trash or, in a dry run, sums what that would free. Returns
    /// the bytes on disk that are freed, or would be.
    pub fn finish_removal(&self, removal: Removal) -> anyhow::Result<u64> {
        drop(removal.lock);
        if removal.dry_run.is_none() {
            return Ok(removal.freed.get() + self.empty_trash()?);
        }
        let trash = self
            .dir
            .entries("trash")?
            .into_iter()
            .map(|name| format!("trash/{name}"));
        let mut sum = 0;
        for path in removal.removed.into_inner() {
            // What is in the trash is summed below.
            if !path.starts_with("trash/") {
                sum += self.size_of(&path)?;
            }
        }
        for path in trash {
            sum += self.size_of(&path)?;
        }
        Ok(sum)
    }

    /// Deletes what is in the trash. Takes no lock that others wait for. Returns the bytes on disk that are freed.
    /// Goes on after an error, and returns the first.
    pub fn empty_trash(&self) -> anyhow::Result<u64> {
        trash::empty(&self.dir)
    }

    /// Bytes that a path in the store takes on disk. A layer's are read from its record.
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
