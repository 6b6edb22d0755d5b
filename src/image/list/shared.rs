//! The layers that several images have.

use crate::oci::digest::DiffId;
use crate::store::Store;
use crate::store::objects::records::ImageRecord;
use std::collections::{HashMap, HashSet};

/// The size of each layer, and the number of images that have it.
pub struct SharedLayers {
    sizes: HashMap<DiffId, u64>,
    users: HashMap<DiffId, usize>,
}

impl SharedLayers {
    /// Reads the records of all layers. `images`: all images in the store, since any may share a layer.
    pub fn read<'a>(store: &Store, images: impl IntoIterator<Item = &'a ImageRecord>) -> anyhow::Result<SharedLayers> {
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

    /// Bytes of a layer's files; 0 where the store lacks it.
    pub fn size(&self, layer: &DiffId) -> u64 {
        self.sizes.get(layer).copied().unwrap_or(0)
    }

    /// Bytes of an image's layers that other images have as well.
    pub fn shared(&self, image: &ImageRecord) -> u64 {
        let shared = image.layers.iter().filter(|layer| self.users[layer] > 1);
        shared.map(|layer| self.size(layer)).sum()
    }
}
