//! The disk space that images take.

use crate::oci::digest::DiffId;
use crate::store::Store;
use std::collections::HashSet;

/// A row of `system df`: the disk space of one kind of object.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct DiskUsage {
    /// Number of objects.
    pub total: usize,
    /// Number of those that a container uses, or that run.
    pub active: usize,
    /// Bytes on disk, each layer counted once.
    pub size: u64,
    /// Bytes on disk of what no container uses.
    pub reclaimable: u64,
}

/// The usage of images, with all layers that an image or a container needs, each counted once; and these layers. A
/// layer's record has the size of its files; only the small files beside it are looked at. A container whose record
/// cannot be read counts as using nothing.
pub fn usage(store: &Store) -> anyhow::Result<(DiskUsage, HashSet<DiffId>)> {
    let containers = store.readable_containers()?;
    let active: HashSet<_> = containers.iter().map(|container| container.image).collect();
    let in_use: HashSet<DiffId> = containers.into_iter().flat_map(|container| container.layers).collect();
    let images = store.images()?;
    let mut usage = DiskUsage {
        total: images.len(),
        active: images.iter().filter(|image| active.contains(&image.id)).count(),
        ..DiskUsage::default()
    };
    let mut layers = in_use.clone();
    layers.extend(images.into_iter().flat_map(|image| image.layers));
    for layer in &layers {
        let size = store.layer_disk(layer)?;
        usage.size += size;
        if !in_use.contains(layer) {
            usage.reclaimable += size;
        }
    }
    // Where there is no image, the directories of records belong to the store.
    if usage.total > 0 {
        let records = store.records_disk()?;
        usage.size += records;
        if usage.active == 0 {
            usage.reclaimable += records;
        }
    }
    Ok((usage, layers))
}
