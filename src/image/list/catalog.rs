//! All images with their names, read once, for operations on many images.

use crate::oci::digest::ImageId;
use crate::store::Store;
use crate::store::objects::records::{ImageRecord, Tag};
use std::collections::HashMap;

/// The images in the store. It is current only as long as the lock under which it was read.
pub struct Catalog {
    pub images: HashMap<ImageId, ImageRecord>,
    /// Sorted by name.
    names: HashMap<ImageId, Vec<Tag>>,
    /// The number of images that were made from this one.
    children: HashMap<ImageId, usize>,
}

impl Catalog {
    /// For removals: reads the records themselves. A lock must be other.
    pub fn for_removal(store: &Store) -> anyhow::Result<Catalog> {
        Ok(Catalog::new(store.images()?, store.tags()?))
    }

    /// For lists: reads the listing cache where it is current.
    pub fn for_listing(store: &Store) -> anyhow::Result<Catalog> {
        let (images, tags) = store.images_and_tags()?;
        Ok(Catalog::new(images, tags))
    }

    fn new(images: Vec<ImageRecord>, tags: Vec<Tag>) -> Catalog {
        let mut names: HashMap<ImageId, Vec<Tag>> = HashMap::new();
        for tag in tags {
            names.entry(tag.image).or_default().push(tag);
        }
        for names in names.values_mut().filter(|names| names.len() > 1) {
            names.sort_by_cached_key(|name| name.reference.to_string());
        }
        let mut children = HashMap::new();
        for parent in images.iter().filter_map(|image| image.parent) {
            *children.entry(parent).or_default() += 1;
        }
        Catalog {
            images: images.into_iter().map(|image| (image.id, image)).collect(),
            names,
            children,
        }
    }

    /// The names of an image, sorted.
    pub fn names(&self, id: &ImageId) -> &[Tag] {
        self.names.get(id).map_or(&[], Vec::as_slice)
    }

    fn has_tag(&self, id: &ImageId) -> bool {
        self.names(id).iter().any(|name| name.reference.tag().is_some())
    }

    fn has_children(&self, id: &ImageId) -> bool {
        self.children.contains_key(id)
    }

    /// Whether the image has no tag, and no other image was made from it.
    pub fn is_dangling(&self, id: &ImageId) -> bool {
        !self.has_tag(id) && !self.has_children(id)
    }

    /// Whether the image never had a name, and another image was made from it: a step of a build.
    pub fn is_intermediate(&self, image: &ImageRecord) -> bool {
        !image.named && self.names(&image.id).is_empty() && self.has_children(&image.id)
    }

    /// Drops a name that was removed from the store.
    pub fn forget_name(&mut self, id: &ImageId, name: &Tag) {
        if let Some(names) = self.names.get_mut(id) {
            names.retain(|other| other.reference != name.reference);
        }
    }

    /// Drops an image that was removed from the store.
    pub fn forget(&mut self, id: &ImageId) {
        let Some(image) = self.images.remove(id) else { return };
        if let Some(parent) = image.parent
            && let Some(count) = self.children.get_mut(&parent)
        {
            *count -= 1;
            if *count == 0 {
                self.children.remove(&parent);
            }
        }
    }
}
