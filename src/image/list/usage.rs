//! What images take on disk.

use crate::oci::digest::DiffId;
use crate::store::Store;
use std::collections::HashSet;

/// Bytes that a kind of object takes on disk, and would give back.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Usage {
    pub total: usize,
    /// Those that a container uses, or that run.
    pub active: usize,
    /// Each layer once.
    pub size: u64,
    /// Of what no container uses.
    pub reclaimable: u64,
}

/// What images take, with all layers that an image or a container needs, each counted once; and which layers these are.
/// Layers know their sizes; only the small files beside them are looked at. A container whose record cannot be read
/// counts for none.
pub fn usage(store: &Store) -> anyhow::Result<(Usage, HashSet<DiffId>)> {
    let containers = store.readable_containers()?;
    let active: HashSet<_> = containers.iter().map(|container| container.image).collect();
    let in_use: HashSet<DiffId> = containers.into_iter().flat_map(|container| container.layers).collect();
    let images = store.images()?;
    let mut usage = Usage {
        total: images.len(),
        active: images.iter().filter(|image| active.contains(&image.id)).count(),
        ..Usage::default()
    };
    let mut kept = in_use.clone();
    kept.extend(images.into_iter().flat_map(|image| image.layers));
    for layer in &kept {
        let size = store.layer_disk(layer)?;
        usage.size += size;
        if !in_use.contains(layer) {
            usage.reclaimable += size;
        }
    }
    // Empty directories are the store's, not an image's.
    if usage.total > 0 {
        let records = store.records_disk()?;
        usage.size += records;
        if usage.active == 0 {
            usage.reclaimable += records;
        }
    }
    Ok((usage, kept))
}
