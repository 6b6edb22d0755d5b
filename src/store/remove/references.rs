//! How often layers and blobs are referenced.

use crate::oci::digest::{DiffId, Digest};
use crate::store::objects::records::ImageRecord;
use std::collections::{HashMap, HashSet};
use std::hash::Hash;

/// How many images, containers and leases reference each layer and blob.
#[derive(Default)]
pub struct ReferenceCounts {
    layers: HashMap<DiffId, usize>,
    blobs: HashMap<Digest, usize>,
    /// Some container references layers, and it is not known which, because its record cannot be read.
    any_layer: bool,
}

impl ReferenceCounts {
    /// Counts one reference to each layer, however often it is in the list.
    pub fn add_layers(&mut self, layers: &[DiffId]) {
        for layer in layers.iter().collect::<HashSet<_>>() {
            *self.layers.entry(*layer).or_default() += 1;
        }
    }

    /// Counts an image's references, to layers and blobs.
    pub fn add_image(&mut self, image: &ImageRecord) {
        self.add_layers(&image.layers);
        for blob in image_blobs(image) {
            *self.blobs.entry(blob).or_default() += 1;
        }
    }

    /// From now on every layer counts as referenced.
    pub fn add_any_layer(&mut self) {
        self.any_layer = true;
    }

    pub fn has_layer(&self, layer: &DiffId) -> bool {
        self.any_layer || self.layers.contains_key(layer)
    }

    pub fn has_blob(&self, blob: &Digest) -> bool {
        self.blobs.contains_key(blob)
    }

    /// Counts one reference less. True where it was the last.
    pub fn release_layer(&mut self, layer: &DiffId) -> bool {
        release(&mut self.layers, layer) && !self.any_layer
    }

    /// Likewise.
    pub fn release_blob(&mut self, blob: &Digest) -> bool {
        release(&mut self.blobs, blob)
    }
}

/// The blobs that an image's record names, each once.
pub fn image_blobs(image: &ImageRecord) -> HashSet<Digest> {
    [image.id.0, image.manifest].into_iter().chain(image.index).collect()
}

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
