//! From what a person typed to an image in the store.

use crate::oci::{ImageConfig, Reference};
use crate::store::{ImageRecord, Store};

/// An image as it was found in the store.
#[derive(Debug, Clone)]
pub struct Image {
    pub record: ImageRecord,
    pub config: ImageConfig,
    /// The name it was found by, where it was found by name.
    pub name: Option<Reference>,
}

/// Why nothing could be resolved; callers pull, or add a hint, where there is no such image.
#[derive(Debug, thiserror::Error)]
pub enum ResolveError {
    #[error("no such image: {0}")]
    NoSuchImage(String),
    #[error("image ID prefix {prefix} is ambiguous: {count} images start with it")]
    Ambiguous { prefix: String, count: usize },
}

/// Finds an image by name, by digest, by ID or by unambiguous ID prefix, in this order. A missing one is a [`ResolveError`] inside
/// the error returned (`error.downcast_ref()`).
pub fn resolve(store: &Store, name: &str) -> anyhow::Result<Image> {
    let _ = (store, name);
    todo!()
}

/// A name as typed, with short-name aliases applied; neither tag nor digest is added.
pub fn parse_name(text: &str) -> anyhow::Result<Reference> {
    let _ = text;
    todo!()
}
