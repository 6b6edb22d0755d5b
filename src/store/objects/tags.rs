//! Names of images: one small file each, replaced as a whole.

use crate::oci::digest::{Digest, ImageId};
use crate::oci::reference::Reference;
use crate::store::Store;
use crate::store::objects::records::Tag;
use crate::store::write::locks::UseLock;

/// The longest file name (NAME_MAX), bytes.
const MAX_NAME: usize = 255;

/// The path of a name's file. No two references have the same: a reference contains no `%`, and it contains a slash,
/// so it is not mistaken for a digest either.
pub fn path(reference: &Reference) -> String {
    let full = reference.to_string();
    let name = full.replace('/', "%2F");
    if name.len() > MAX_NAME {
        return format!("tags/sha256-{}", Digest::of(full.as_bytes()).hex());
    }
    format!("tags/{name}")
}

impl Store {
    /// Gives an image a name. Returns the image that had the name before.
    pub fn put_tag(&self, _lock: &UseLock, tag: &Tag, durable: bool) -> anyhow::Result<Option<ImageId>> {
        let before = self.tag(&tag.reference)?;
        self.dir.put_record(&path(&tag.reference), tag, durable)?;
        Ok(before.map(|tag| tag.image))
    }

    pub fn tag(&self, reference: &Reference) -> anyhow::Result<Option<Tag>> {
        self.dir.record(&path(reference))
    }

    /// All names, in no order.
    pub fn tags(&self) -> anyhow::Result<Vec<Tag>> {
        self.dir.records("tags", |_| true)
    }

    /// All names that are short enough to name their files, in no order. No record is read.
    pub fn tag_names(&self) -> anyhow::Result<Vec<Reference>> {
        let mut files = self.dir.list("tags")?;
        // One that is named by a digest has none, and would be read as a name without a registry.
        files.retain(|file| file.contains("%2F"));
        Ok(files
            .iter()
            .filter_map(|file| file.replace("%2F", "/").parse().ok())
            .collect())
    }

    /// The names of an image, in no order.
    pub fn names(&self, image: &ImageId) -> anyhow::Result<Vec<Tag>> {
        let mut names = self.tags()?;
        names.retain(|tag| tag.image == *image);
        Ok(names)
    }
}
