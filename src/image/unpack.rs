//! One layer from its bytes: inflate on one thread, hash and apply on another, with a bounded queue between.
//!
//! Shared by everything that brings a layer into the store: pull, load, import, commit and the built-in image.

use crate::layer::Applied;
use crate::oci::DiffId;
use crate::store::{Layer, LayerStaging, Lease, Store};
use std::io::Read;

/// Unpacks a layer (a tar; plain, gzip or zstd) into staging and reads `blob` to its end. Nothing is visible yet.
/// `single_id`: only one id is mapped, see [`crate::layer::ApplyOptions`].
pub fn stage<'a>(
    store: &Store,
    blob: Box<dyn Read + Send + 'a>,
    single_id: bool,
) -> anyhow::Result<(LayerStaging, Applied)> {
    let _ = (store, blob, single_id);
    todo!()
}

/// A layer that was just published, and what keeps it from a sweep until an image that uses it is.
pub struct Stored {
    pub layer: Layer,
    pub lease: Lease,
}

/// Brings one layer into the store; takes the `use` lock for the moment of publishing. Where `expected` is given, a layer whose diff_id
/// differs is an error that names both. `durable`: synced, for what cannot be fetched again. Keep `lease` until the image is published.
pub fn store_layer<'a>(
    store: &Store,
    blob: Box<dyn Read + Send + 'a>,
    expected: Option<DiffId>,
    single_id: bool,
    durable: bool,
) -> anyhow::Result<Stored> {
    let _ = (store, blob, expected, single_id, durable);
    todo!()
}
