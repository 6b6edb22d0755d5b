//! An image's life: resolve, pull, list, tag, remove, history, archives.

use crate::oci::{ImageConfig, ImageId, Platform, Reference};
use crate::progress::Progress;
use crate::store::{ImageRecord, Store};
use std::path::PathBuf;
use std::sync::Arc;

/// An image as it was found in the store.
#[derive(Debug, Clone)]
pub struct Image {
    pub record: ImageRecord,
    pub config: ImageConfig,
    /// The name it was found by, where it was found by name.
    pub name: Option<Reference>,
}

/// Finds an image by name, by digest, by ID or by unambiguous ID prefix. The error of a missing one names it: `no such image: NAME`.
pub fn resolve(store: &Store, name: &str) -> anyhow::Result<Image> {
    let _ = (store, name);
    todo!()
}

/// What a pull did.
pub struct Pulled {
    pub image: ImageId,
    /// False where what the name names was held already.
    pub newer: bool,
}

/// Pulls an image and gives it its name.
pub fn pull(
    store: &Store,
    reference: &Reference,
    platform: &Platform,
    single_id: bool,
    progress: Arc<dyn Progress>,
) -> anyhow::Result<Pulled> {
    let _ = (store, reference, platform, single_id, progress);
    todo!()
}

/// The directories to stack for an image, top first (settled where a layer's tar left something to the layers below).
pub fn stack(store: &Store, image: &ImageRecord) -> anyhow::Result<Vec<PathBuf>> {
    let _ = (store, image);
    todo!()
}

/// A new image from a configuration and a stack of layers that are in the store: writes configuration and manifest, publishes the record, gives the name.
/// Used by commit, import and the built-in image.
pub fn publish(
    store: &Store,
    config: &ImageConfig,
    parent: Option<ImageId>,
    name: Option<&Reference>,
) -> anyhow::Result<ImageId> {
    let _ = (store, config, parent, name);
    todo!()
}
