//! What images take on disk.

use crate::oci::DiffId;
use crate::store::{Store, disk_usage};
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

/// What images take, with all layers that are held, each counted once, and what interrupted downloads keep. Layers know their sizes; only the small files
/// beside them are looked at.
pub fn usage(store: &Store) -> anyhow::Result<Usage> {
    let containers = store.containers()?;
    let active: HashSet<_> = containers.iter().map(|container| container.image).collect();
    let in_use: HashSet<DiffId> = containers
        .iter()
        .flat_map(|container| &container.layers)
        .copied()
        .collect();
    let images = store.images()?;
    let mut usage = Usage {
        total: images.len(),
        active: images.iter().filter(|image| active.contains(&image.id)).count(),
        ..Usage::default()
    };
    for layer in store.layers()? {
        usage.size += layer.info.disk;
        if !in_use.contains(&layer.info.diff_id) {
            usage.reclaimable += layer.info.disk;
        }
    }
    let partials = store.partial_usage()?;
    usage.size += partials;
    usage.reclaimable += partials;
    // Empty directories are the store's, not an image's.
    if usage.total > 0 {
        let mut records = 0;
        for folder in ["blobs", "images", "tags", "chains"] {
            records += disk_usage(&store.root().join(folder))?;
        }
        usage.size += records;
        if usage.active == 0 {
            usage.reclaimable += records;
        }
    }
    Ok(usage)
}
