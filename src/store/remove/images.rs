//! Removal of images and of their names.

use crate::oci::digest::{DiffId, ImageId};
use crate::oci::reference::Reference;
use crate::store::Store;
use crate::store::objects::{blobs, images, tags};
use crate::store::remove::references::image_blobs;
use crate::store::remove::removal::Removal;
use std::collections::HashSet;

impl Store {
    /// Removes a name. False where no image has it.
    pub fn remove_tag(&self, removal: &Removal, reference: &Reference) -> anyhow::Result<bool> {
        removal.unlink(&tags::path(reference))
    }

    /// Removes the image's record, and each of its blobs and layers that no other image, no container and no lease
    /// references. Returns the diff_ids of the removed layers, base first. The caller removes the image's names
    /// before.
    pub fn remove_image(&self, removal: &Removal, id: &ImageId) -> anyhow::Result<Vec<DiffId>> {
        let image = self.image(id)?;
        // Counted while the image is still among what references them.
        let mut references = self.references(removal)?;
        // The record goes first, so that nobody ever sees an image without its layers.
        if !removal.unlink(&images::path(&id.hex()))? {
            return Ok(Vec::new());
        }
        let Some(image) = image else {
            return Ok(Vec::new());
        };
        for blob in image_blobs(&image) {
            if references.release_blob(&blob) {
                removal.trash(&blobs::path(&blob))?;
            }
        }
        let mut gone = Vec::new();
        let mut seen = HashSet::new();
        for layer in &image.layers {
            if seen.insert(layer) && references.release_layer(layer) && self.remove_layer(removal, layer)? {
                gone.push(*layer);
            }
        }
        if !gone.is_empty() {
            self.remove_unused_stacks(removal)?;
        }
        Ok(gone)
    }
}
