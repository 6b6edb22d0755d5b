//! Images: one small record each.

use crate::oci::digest::{Digest, ImageId};
use crate::store::Store;
use crate::store::objects::records::ImageRecord;
use crate::store::write::locks::UseLock;

pub fn path(hex: &str) -> String {
    format!("images/{hex}.json")
}

impl Store {
    /// Records an image. Its blobs and layers must be in the store by now.
    pub fn put_image(&self, _lock: &UseLock, image: &ImageRecord, durable: bool) -> anyhow::Result<()> {
        self.dir.put_record(&path(&image.id.hex()), image, durable)
    }

    pub fn image(&self, id: &ImageId) -> anyhow::Result<Option<ImageRecord>> {
        self.dir.record(&path(&id.hex()))
    }

    /// All images, in no order.
    pub fn images(&self) -> anyhow::Result<Vec<ImageRecord>> {
        self.dir.records("images", is_record)
    }

    /// The IDs that start with these hexadecimal digits. None for an empty prefix.
    pub fn images_by_prefix(&self, prefix: &str) -> anyhow::Result<Vec<ImageId>> {
        if prefix.is_empty() || prefix.len() > 64 {
            return Ok(Vec::new());
        }
        let mut ids = self.image_ids()?;
        ids.retain(|id| id.hex().starts_with(prefix));
        Ok(ids)
    }

    fn image_ids(&self) -> anyhow::Result<Vec<ImageId>> {
        let names = self.dir.list("images")?;
        Ok(names.iter().filter_map(|name| id_of(name)).collect())
    }
}

/// Whether a file in `images/` is an image's record, by its name.
pub fn is_record(name: &str) -> bool {
    id_of(name).is_some()
}

fn id_of(name: &str) -> Option<ImageId> {
    Digest::from_hex(name.strip_suffix(".json")?).ok().map(ImageId)
}
