//! A new image becomes visible: its blobs, its record, and its names last.
//!
//! Everything that makes or brings an image ends here, so that what is visible is complete: a name implies its image's
//! record, a record implies the blobs and layers that it lists. All of it happens under one `use` lock, and is small.

pub mod manifest;
pub mod name;
pub mod usable;

use crate::image::publish::manifest::{LayerSize, layer_sizes, plain_manifest};
use crate::image::publish::name::give_name;
use crate::oci::config::ImageConfig;
use crate::oci::digest::{Digest, ImageId};
use crate::oci::reference::Reference;
use crate::store::Store;
use crate::store::objects::records::ImageRecord;
use crate::store::write::locks::UseLock;
use anyhow::{Context, Result};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Bytes of labels that are recorded with an image: all records are read whenever images are listed. Longer labels are
/// read from the configuration.
const MAX_RECORDED_LABELS: usize = 4096;

/// An image whose layers are in the store, under a lease, ready to be recorded.
pub struct Publication<'a> {
    /// The configuration's bytes as received: their digest is the image ID.
    pub config: &'a [u8],
    /// The manifest's bytes as received; generated where there is none.
    pub manifest: Option<&'a [u8]>,
    /// The index that chose the manifest.
    pub index: Option<&'a [u8]>,
    /// The image that this one was made from by commit.
    pub parent: Option<ImageId>,
    /// Names to give, each with a tag or a digest.
    pub names: &'a [Reference],
    /// It cannot be fetched again.
    pub durable: bool,
}

/// A new image from a configuration and layers that are in the store: writes configuration and manifest, the record,
/// and gives the name. Used by commit, import and the built-in image. The caller holds a lease on the layers.
pub fn publish(
    store: &Store,
    config: &ImageConfig,
    parent: Option<ImageId>,
    name: Option<&Reference>,
) -> Result<ImageId> {
    let name = name.map(|name| name.clone().or_latest());
    let publication = Publication {
        config: &config.to_bytes(),
        manifest: None,
        index: None,
        parent,
        names: name.as_slice(),
        durable: true,
    };
    record(store, &publication)
}

/// Records an image: blobs, then the record, then the names. What cannot be fetched again is on disk before its first
/// name is given, and when this returns the names are. Takes the `use` lock for that moment. The caller holds a lease
/// on the layers; a layer that is not in the store is an error that names it.
pub fn record(store: &Store, publication: &Publication<'_>) -> Result<ImageId> {
    let id = ImageId(Digest::of(publication.config));
    let config = ImageConfig::parse(publication.config).with_context(|| format!("configuration {id}"))?;
    let lock = store.lock_use()?;
    let layers = layer_sizes(store, &config)?;
    let manifest = match publication.manifest {
        Some(manifest) => Cow::Borrowed(manifest),
        None => Cow::Owned(plain_manifest(publication.config, &layers)),
    };
    let recorded = store.image(&id)?;
    let image = image_record(id, publication, &config, &layers, &manifest, recorded.as_ref());
    store.put_blob(&lock, &id.0, publication.config)?;
    store.put_blob(&lock, &image.manifest, &manifest)?;
    if let (Some(digest), Some(index)) = (&image.index, publication.index) {
        store.put_blob(&lock, digest, index)?;
    }
    // An equal record that is there may be synced: writing it again, unsynced, would put it at risk.
    if recorded.as_ref() != Some(&image) {
        store.put_image(&lock, &image, false)?;
    }
    if publication.durable {
        // One sync for layers, blobs and record.
        store.sync()?;
    }
    give_names(store, &lock, publication.names, id)?;
    Ok(id)
}

/// The record. Where the image is in the store already, its parent and whether it ever had a name are kept.
fn image_record(
    id: ImageId,
    publication: &Publication<'_>,
    config: &ImageConfig,
    layers: &[LayerSize],
    manifest: &[u8],
    recorded: Option<&ImageRecord>,
) -> ImageRecord {
    ImageRecord {
        id,
        manifest: Digest::of(manifest),
        index: publication.index.map(Digest::of),
        created: config.spec().created().clone(),
        size: layers.iter().map(|layer| layer.size).sum(),
        layers: config.diff_ids().to_vec(),
        parent: publication.parent.or(recorded.and_then(|recorded| recorded.parent)),
        labels: Some(config.labels()).filter(is_short),
        named: !publication.names.is_empty() || recorded.is_some_and(|recorded| recorded.named),
    }
}

fn is_short(labels: &BTreeMap<String, String>) -> bool {
    let bytes = labels.iter().map(|(key, value)| key.len() + value.len());
    bytes.sum::<usize>() <= MAX_RECORDED_LABELS
}

/// Gives the names. A digest beside a tag is implied by it.
fn give_names(store: &Store, lock: &UseLock, names: &[Reference], id: ImageId) -> Result<()> {
    let has_tag = names.iter().any(|name| name.tag().is_some());
    for name in names {
        give_name(store, lock, name, id, has_tag && name.digest().is_some())?;
    }
    Ok(())
}
