//! Proving a layer: the tar that it was made from comes back, and hashes to its diff_id.

use crate::oci::DiffId;
use crate::store::{Layer, Store};

/// Whether the layer on disk still is the one its diff_id names.
pub fn proven(layer: &Layer) -> anyhow::Result<bool> {
    let _ = layer;
    todo!()
}

/// Whether a layer is there and whole.
pub(super) fn held(store: &Store, id: &DiffId) -> anyhow::Result<bool> {
    Ok(store.layer(id)?.is_some())
}
