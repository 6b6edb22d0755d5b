//! What nothing keeps any more goes to the trash.
//!
//! All of this is under the sweep lock: nobody publishes or picks meanwhile. Leases and containers may go at any time,
//! which only makes more garbage.

use super::names::Names;
use super::{ImageRecord, Store, SweepLock, blobs, images, leases, marks, partials, staging, trash};
use crate::oci::{ChainId, DiffId, Digest, ImageId, chain_ids};
use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::time::Duration;

/// How many images, containers and leases keep each layer and blob.
#[derive(Default)]
pub(super) struct Usage {
    layers: HashMap<DiffId, usize>,
    blobs: HashMap<Digest, usize>,
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
            unread => unread.insert(self.usage()?),
        };
        // First, so that nobody ever sees an image without its layers.
        self.dir.remove_file(&images::path(&id.hex()))?;
        let Some(image) = image else {
            return Ok(Vec::new());
        };
        for blob in image_blobs(&image) {
            if release(&mut usage.blobs, &blob) {
                trash::put(&self.dir, &blobs::path(&blob))?;
            }
        }
        let mut gone = Vec::new();
        let mut seen = HashSet::new();
        for layer in &image.layers {
            if seen.insert(layer) && release(&mut usage.layers, layer) && self.trash_layer(layer)? {
                gone.push(*layer);
            }
        }
        if !gone.is_empty() {
            self.sweep_chains()?;
        }
        Ok(gone)
    }

    /// Moves to the trash what nothing refers to: layers, settled directories, blobs, staging whose lock is free,
    /// partials that no download uses, and what power loss left without a record. Returns the diff_ids that went.
    pub fn sweep(&self, lock: &SweepLock) -> anyhow::Result<Vec<DiffId>> {
        self.sweep_lost()?;
        let usage = self.usage()?;
        let mut gone = Vec::new();
        for name in self.dir.entries("layers")? {
            match Digest::from_hex(&name).map(DiffId) {
                Ok(layer) if usage.layers.contains_key(&layer) => {}
                Ok(layer) => {
                    if self.trash_layer(&layer)? {
                        gone.push(layer);
                    }
                }
                Err(_) => drop(trash::put(&self.dir, &format!("layers/{name}"))?),
            }
        }
        for name in self.dir.entries("unsynced")? {
            if !self.dir.exists(&format!("layers/{name}"))? {
                marks::remove(&self.dir, &name)?;
            }
        }
        for name in self.dir.entries("blobs/sha256")? {
            if !Digest::from_hex(&name).is_ok_and(|blob| usage.blobs.contains_key(&blob)) {
                trash::put(&self.dir, &format!("blobs/sha256/{name}"))?;
            }
        }
        self.sweep_chains()?;
        staging::reap(&self.dir)?;
        leases::reap_claims(&self.dir)?;
        partials::reap(&self.dir, Duration::ZERO)?;
        lock.usage.replace(Some(usage));
        Ok(gone)
    }

    /// What all images, containers and live leases keep.
    fn usage(&self) -> anyhow::Result<Usage> {
        let mut usage = Usage::default();
        for image in self.images()? {
            usage.keep_layers(&image.layers);
            usage.keep_blobs(&image);
        }
        for container in self.containers()? {
            usage.keep_layers(&container.layers);
        }
        usage.keep_layers(&leases::leased(&self.dir)?);
        Ok(usage)
    }

    fn trash_layer(&self, id: &DiffId) -> anyhow::Result<bool> {
        let hex = id.hex();
        let gone = trash::put(&self.dir, &format!("layers/{hex}"))?.is_some();
        marks::remove(&self.dir, &hex)?;
        Ok(gone)
    }

    /// Settled directories of stacks that are gone. Nearly always there are none at all.
    fn sweep_chains(&self) -> anyhow::Result<()> {
        let settled = self.dir.entries("chains")?;
        if settled.is_empty() {
            return Ok(());
        }
        let mut used: HashSet<ChainId> = HashSet::new();
        for image in self.images()? {
            used.extend(chain_ids(&image.layers));
        }
        for container in self.containers()? {
            used.extend(chain_ids(&container.layers));
        }
        for name in settled {
            if !Digest::from_hex(&name).is_ok_and(|chain| used.contains(&ChainId(chain))) {
                trash::put(&self.dir, &format!("chains/{name}"))?;
            }
        }
        Ok(())
    }

    /// What was being written when its writer was killed, and what power loss took the record of.
    fn sweep_lost(&self) -> anyhow::Result<()> {
        for folder in ["images", "tags", "containers"] {
            for name in self.dir.entries(folder)? {
                let path = format!("{folder}/{name}");
                let record = match folder {
                    "containers" => format!("{path}/record.json"),
                    _ => path.clone(),
                };
                if name.starts_with('.') || self.dir.record::<serde::de::IgnoredAny>(&record)?.is_none() {
                    trash::put(&self.dir, &path)?;
                }
            }
        }
        for tag in self.tags()? {
            if self.image(&tag.image)?.is_none() {
                self.dir.remove_file(&super::tags::path(&tag.reference))?;
            }
        }
        Names::lock(&self.dir)?.reap()
    }
}
