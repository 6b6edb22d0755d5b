//! One layer from its bytes: unpacked into staging, published under its diff_id.
//!
//! Shared by everything that brings a layer into the store: pull, load, import, commit and the built-in image.

use crate::layer::apply;
use crate::layer::model::{Applied, ApplyOptions, Limits, Skipped};
use crate::oci::digest::DiffId;
use crate::store::Store;
use crate::store::objects::records::Layer;
use crate::store::write::leases::Lease;
use crate::store::write::staging::LayerStaging;
use anyhow::bail;
use std::io::Read;
use std::os::fd::AsFd;
use std::sync::atomic::AtomicBool;

/// Unpacks a layer (a tar; plain, gzip or zstd) into staging and reads `blob` to its end. Nothing is visible yet.
/// `single_id`: only one id is mapped, see [`ApplyOptions`]. Fails soon after `cancel` is set.
pub fn stage<'a>(
    store: &Store,
    blob: Box<dyn Read + Send + 'a>,
    single_id: bool,
    cancel: &AtomicBool,
) -> anyhow::Result<(LayerStaging, Applied)> {
    let staging = store.stage_layer()?;
    let diff = staging.diff()?;
    let mut split = staging.split()?;
    let options = ApplyOptions {
        flavour: store.flavour(),
        single_id,
        limits: Limits::default(),
    };
    let applied = apply::apply(blob, diff.as_fd(), &mut split, &options, cancel)?;
    Ok((staging, applied))
}

/// A layer that was just published, and what keeps it from a sweep until an image that uses it is published.
pub struct Stored {
    pub layer: Layer,
    pub lease: Lease,
    /// What the layer held that this process could not make.
    pub skipped: Skipped,
}

/// Brings one layer into the store; takes the `use` lock for the moment of publishing. Where `expected` is given, a
/// layer whose diff_id differs is an error that names both. `durable`: synced, for what cannot be fetched again. Keep
/// the lease until the image is published.
pub fn store_layer<'a>(
    store: &Store,
    blob: Box<dyn Read + Send + 'a>,
    expected: Option<DiffId>,
    single_id: bool,
    durable: bool,
) -> anyhow::Result<Stored> {
    let (staging, applied) = stage(store, blob, single_id, &AtomicBool::new(false))?;
    if let Some(expected) = expected {
        expect(&applied, &expected)?;
    }
    let lease = store.lease(&[applied.diff_id])?;
    let layer = staging.publish(&store.lock_use()?, &applied, durable)?;
    Ok(Stored {
        layer,
        lease,
        skipped: applied.skipped,
    })
}

/// An error that names both where the layer is not the one that the configuration lists.
pub fn expect(applied: &Applied, expected: &DiffId) -> anyhow::Result<()> {
    if applied.diff_id != *expected {
        bail!(
            "the layer unpacks to {}, but the configuration lists {expected}",
            applied.diff_id
        );
    }
    Ok(())
}
