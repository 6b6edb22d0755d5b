//! One layer from its bytes: unpacked into staging, published under its diff_id.
//!
//! Shared by everything that brings a layer into the store: pull, load, import, commit and the built-in image.

use crate::layer::apply;
use crate::layer::model::{Applied, ApplyLimits, ApplyOptions, Skipped};
use crate::oci::digest::DiffId;
use crate::store::Store;
use crate::store::objects::layers::LayerStaging;
use crate::store::objects::records::Layer;
use crate::store::write::leases::Lease;
use anyhow::{Result, ensure};
use std::io::Read;
use std::os::fd::AsFd;
use std::sync::atomic::AtomicBool;

/// A layer that was just published, and what keeps it from a sweep until an image that uses it is published.
pub struct StoredLayer {
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
) -> Result<StoredLayer> {
    let (staging, applied) = stage(store, blob, single_id, &AtomicBool::new(false))?;
    if let Some(expected) = expected {
        check_diff_id(&applied, &expected)?;
    }
    let lease = store.lease(&[applied.diff_id])?;
    let layer = staging.publish(&store.lock_use()?, &applied, durable)?;
    Ok(StoredLayer {
        layer,
        lease,
        skipped: applied.skipped,
    })
}

/// Unpacks a layer (a tar; plain, gzip or zstd) into staging and reads `blob` to its end. Nothing is visible yet.
/// `single_id`: only one id is mapped, see [`ApplyOptions`]. Fails soon after `cancel` is set.
pub fn stage<'a>(
    store: &Store,
    blob: Box<dyn Read + Send + 'a>,
    single_id: bool,
    cancel: &AtomicBool,
) -> Result<(LayerStaging, Applied)> {
    let staging = store.stage_layer()?;
    let diff = staging.diff()?;
    let mut split = staging.split()?;
    let options = ApplyOptions {
        flavour: store.flavour(),
        single_id,
        limits: ApplyLimits::default(),
    };
    let applied = apply::apply(blob, diff.as_fd(), &mut split, &options, cancel)?;
    Ok((staging, applied))
}

/// An error that names both diff_ids where the layer is not the one that the configuration lists.
pub fn check_diff_id(applied: &Applied, expected: &DiffId) -> Result<()> {
    ensure!(
        applied.diff_id == *expected,
        "the layer unpacks to {}, but the configuration lists {expected}",
        applied.diff_id
    );
    Ok(())
}

/// The warning about a layer's entries that could not be made; none where all were.
pub fn skipped_warning(skipped: &Skipped) -> Option<String> {
    let (path, why) = skipped.first.first()?;
    let others = match skipped.count {
        0 | 1 => String::new(),
        2 => " and one other".into(),
        count => format!(" and {} others", count - 1),
    };
    // Debug formatting: a path can hold anything.
    Some(format!("left out {path:?} ({why}){others}"))
}
