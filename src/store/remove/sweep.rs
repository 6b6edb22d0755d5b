//! What nothing keeps any more goes to the trash.
//!
//! All of this is under the sweep lock: nobody publishes or picks meanwhile. Leases and containers may go at any time,
//! which only makes more garbage.

use crate::oci::digest::{ChainId, DiffId, Digest, ImageId, chain_ids};
use crate::store::Store;
use crate::store::objects::names::Names;
use crate::store::objects::records::ImageRecord;
use crate::store::objects::{blobs, images, partials};
use crate::store::remove::leftovers::{Leftover, LeftoverKind};
use crate::store::stack::STAND_INS;
use crate::store::write::locks::SweepLock;
use crate::store::write::{leases, staging, unsynced};
use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::time::Duration;

/// How many images, containers and leases keep each layer and blob.
#[derive(Default)]
pub struct Usage {
    layers: HashMap<DiffId, usize>,
    blobs: HashMap<Digest, usize>,
    /// A container keeps layers, and it is not known which.
    any_layer: bool,
}

impl Usage {
    fn keep_layers(&mut self, layers: &[DiffId]) {
        for layer in layers.iter().collect::<HashSet<_>>() {
            *self.layers.entry(*layer).or_default() += 1;
        }
    }

    fn keep_blobs(&mut self, image: &ImageRecord) {
        for blob in image_blobs(image) {
            *self.blobs.entry(blob).or_default() += 1;
        }
    }
}

fn image_blobs(image: &ImageRecord) -> HashSet<Digest> {
    [image.id.0, image.manifest].into_iter().chain(image.index).collect()
}

/// One keeper less; true where it was the last.
fn release<K: Eq + Hash>(counts: &mut HashMap<K, usize>, key: &K) -> bool {
    match counts.get_mut(key) {
        Some(count) if *count > 1 => {
            *count -= 1;
            false
        }
        _ => {
            counts.remove(key);
            true
        }
    }
}

impl Store {
    /// Removes the image's record, and moves to the trash each of its blobs and layers that no other image, container
    /// or lease uses. Returns the diff_ids that went, base first. Names are removed before, by the caller.
    pub fn remove_image(&self, lock: &SweepLock, id: &ImageId) -> anyhow::Result<Vec<DiffId>> {
        let image = self.image(id)?;
        // Read while the image still counts among them.
        let mut usage = lock.usage.borrow_mut();
        let usage = match &mut *usage {
            Some(usage) => usage,
            unread => unread.insert(self.usage(lock)?),
        };
        // First, so that nobody ever sees an image without its layers.
        if !lock.unlink(&self.dir, &images::path(&id.hex()))? {
            return Ok(Vec::new());
        }
        let Some(image) = image else {
            return Ok(Vec::new());
        };
        for blob in image_blobs(&image) {
            if release(&mut usage.blobs, &blob) {
                lock.trash(&self.dir, &blobs::path(&blob))?;
            }
        }
        let mut gone = Vec::new();
        let mut seen = HashSet::new();
        for layer in &image.layers {
            if seen.insert(layer)
                && release(&mut usage.layers, layer)
                && !usage.any_layer
                && self.trash_layer(lock, layer)?
            {
                gone.push(*layer);
            }
        }
        if !gone.is_empty() {
            self.sweep_chains(lock)?;
        }
        Ok(gone)
    }

    /// Moves to the trash what nothing refers to: layers, settled directories, blobs, staging whose lock is free,
    /// partials that no download uses, and what power loss left without a record. Returns what went, and what was in the trash already, sorted.
    pub fn sweep(&self, lock: &SweepLock) -> anyhow::Result<Vec<Leftover>> {
        let mut gone = Vec::new();
        let mut went = |kind, name: &str| {
            let name = name.to_owned();
            gone.push(Leftover { kind, name });
        };
        for name in lock.others_trash(&self.dir)? {
            went(LeftoverKind::Trash, &name);
        }
        self.sweep_lost(lock, &mut went)?;
        let mut usage = lock.usage.borrow_mut();
        let usage = match &mut *usage {
            Some(usage) => usage,
            unread => unread.insert(self.usage(lock)?),
        };
        for name in self.dir.entries("layers")? {
            match Digest::from_hex(&name).map(DiffId) {
                Ok(layer) if usage.any_layer || usage.layers.contains_key(&layer) => {}
                Ok(layer) if self.trash_layer(lock, &layer)? => went(LeftoverKind::Layer, &layer.to_string()),
                Err(_) if lock.trash(&self.dir, &format!("layers/{name}"))? => went(LeftoverKind::Layer, &name),
                _ => {}
            }
        }
        for name in self.dir.entries("unsynced")? {
            if !self.dir.exists(&format!("layers/{name}"))? {
                lock.unlink(&self.dir, &unsynced::path(&name))?;
            }
        }
        for name in self.dir.entries("blobs/sha256")? {
            let blob = Digest::from_hex(&name).ok();
            if !blob.is_some_and(|blob| usage.blobs.contains_key(&blob))
                && lock.trash(&self.dir, &format!("blobs/sha256/{name}"))?
            {
                went(LeftoverKind::Blob, &blob.map_or(name, |blob| blob.to_string()));
            }
        }
        for chain in self.sweep_chains(lock)? {
            went(LeftoverKind::Settled, &chain);
        }
        staging::reap(&self.dir, &mut |path, lock_path| {
            if lock.trash(&self.dir, path)? {
                went(LeftoverKind::Staging, path.trim_start_matches("staging/"));
            }
            lock.unlink(&self.dir, lock_path).map(drop)
        })?;
        leases::reap_claims(&self.dir, lock)?;
        partials::reap(&self.dir, Duration::ZERO, &mut |path| {
            if lock.trash(&self.dir, path)? {
                went(LeftoverKind::Partial, path.trim_start_matches("partial/"));
            }
            Ok(())
        })?;
        gone.sort();
        Ok(gone)
    }

    /// What all images, containers and live leases keep.
    fn usage(&self, lock: &SweepLock) -> anyhow::Result<Usage> {
        let mut usage = Usage::default();
        for image in self.images()? {
            usage.keep_layers(&image.layers);
            usage.keep_blobs(&image);
        }
        let keepers = self.keepers(lock)?;
        for container in &keepers.containers {
            usage.keep_layers(&container.layers);
        }
        usage.any_layer = !keepers.unreadable.is_empty();
        usage.keep_layers(&leases::leased(&self.dir, lock)?);
        Ok(usage)
    }

    fn trash_layer(&self, lock: &SweepLock, id: &DiffId) -> anyhow::Result<bool> {
        let hex = id.hex();
        let gone = lock.trash(&self.dir, &format!("layers/{hex}"))?;
        lock.unlink(&self.dir, &unsynced::path(&hex))?;
        Ok(gone)
    }

    /// Settled directories of stacks that are gone, and what stands for such stacks. Nearly always there are none at all. Returns their names.
    fn sweep_chains(&self, lock: &SweepLock) -> anyhow::Result<Vec<String>> {
        let mut gone = Vec::new();
        let settled = self.dir.entries("chains")?;
        let stand_ins = self.dir.entries(STAND_INS)?;
        if settled.is_empty() && stand_ins.is_empty() {
            return Ok(gone);
        }
        let mut used: HashSet<ChainId> = HashSet::new();
        for image in self.images()? {
            if !lock.has_taken(&images::path(&image.id.hex())) {
                used.extend(chain_ids(&image.layers));
            }
        }
        let keepers = self.keepers(lock)?;
        if !keepers.unreadable.is_empty() {
            return Ok(gone);
        }
        for container in &keepers.containers {
            used.extend(chain_ids(&container.layers));
        }
        for name in settled {
            if !Digest::from_hex(&name).is_ok_and(|chain| used.contains(&ChainId(chain)))
                && lock.trash(&self.dir, &format!("chains/{name}"))?
            {
                gone.push(name);
            }
        }
        for name in stand_ins {
            let chain = name.rsplit('-').next().and_then(|hex| Digest::from_hex(hex).ok());
            if !chain.is_some_and(|chain| used.contains(&ChainId(chain)))
                && lock.trash(&self.dir, &format!("{STAND_INS}/{name}"))?
            {
                gone.push(name);
            }
        }
        Ok(gone)
    }

    /// What was being written when its writer was killed, and what power loss took the record of.
    fn sweep_lost(&self, lock: &SweepLock, went: &mut dyn FnMut(LeftoverKind, &str)) -> anyhow::Result<()> {
        for name in self.dir.entries("volumes")? {
            if name.starts_with('.') && lock.trash(&self.dir, &format!("volumes/{name}"))? {
                went(LeftoverKind::Staging, &name);
            }
        }
        for folder in ["images", "tags", "containers"] {
            for name in self.dir.entries(folder)? {
                let path = format!("{folder}/{name}");
                let (record, kind) = match folder {
                    "containers" => (format!("{path}/record.json"), LeftoverKind::Container),
                    _ => (path.clone(), LeftoverKind::Record),
                };
                // Power loss takes records, and the run root as well: what is there has run since, and may still do.
                let may_run = || folder == "containers" && self.may_run(&name);
                let is_lost = || match self.dir.record::<serde::de::IgnoredAny>(&record) {
                    // It keeps what it may use, and is removed only by name.
                    Err(_) if folder == "containers" => Ok(false),
                    record => record.map(|record| record.is_none()),
                };
                if (name.starts_with('.') || is_lost()?) && !may_run() && lock.trash(&self.dir, &path)? {
                    went(kind, &name);
                }
            }
        }
        for tag in self.tags()? {
            if self.image(&tag.image)?.is_none() {
                lock.unlink(&self.dir, &crate::store::objects::tags::path(&tag.reference))?;
            }
        }
        Names::lock(&self.dir)?.reap(lock)
    }
}
