//! The directories under a container's writable layer.

use crate::store::{ImageRecord, Store};
use std::path::PathBuf;

/// The directories to stack for an image, top first (settled where a layer's tar left something to the layers below).
pub fn stack(store: &Store, image: &ImageRecord) -> anyhow::Result<Vec<PathBuf>> {
    let _ = (store, image);
    todo!()
}
