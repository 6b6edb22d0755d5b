//! Which layers images have in common.

use crate::oci::digest::DiffId;
use crate::store::Store;
use crate::store::objects::records::ImageRecord;
use std::collections::{HashMap, HashSet};

/// The sizes of all layers, and how many images have each.
pub struct SharedLayers {
    sizes: HashMap<DiffId, u64>,
    users: HashMap<DiffId, usize>,
}

impl SharedLayers {
    /// Of these images: all, for what is shared to be known. Reads all layers' records.
    pub fn of<'a>(store: &Store, images: impl IntoIterator<Item = &'a ImageRecord>) -> anyhow::Result<SharedLayers> {
        let layers = store.layers()?.into_iter();
        let mut users: HashMap<DiffId, usize> = HashMap::new();
        for image in images {
            for layer in image.layers.iter().collect::<HashSet<_>>() {
                *users.entry(*layer).or_default() += 1;
            }
        }
        Ok(SharedLayers {
            sizes: layers.map(|layer| (layer.info.diff_id, layer.info.size)).collect(),
            users,
        })
    }

    /// Bytes of a layer's files; none where it is not there.
    pub fn size(&self, layer: &DiffId) -> u64 {
        self.sizes.get(layer).copied().unwrap_or(0)
    }

    /// Bytes of an image's layers that other images have as well.
    pub fn shared(&self, image: &ImageRecord) -> u64 {
        let shared = image.layers.iter().filter(|layer| self.users[layer] > 1);
        shared.map(|layer| self.size(layer)).sum()
    }
}
