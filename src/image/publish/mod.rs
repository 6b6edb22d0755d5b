//! A new image becomes visible: its blobs, its record, and its names last.
//!
//! One order for everybody, so that what is visible is complete: a name implies its image's record, a record implies
//! the blobs and layers that it lists. All of it happens under one `use` lock, and is small.

use crate::oci::config::ImageConfig;
use crate::oci::digest::{Digest, ImageId};
use crate::oci::reference::Reference;
use crate::store::Store;
use crate::store::objects::records::{ImageRecord, Tag};
use crate::store::write::locks::UseLock;
use anyhow::{Context, anyhow};
use chrono::{SecondsFormat, Utc};
use serde_json::json;
use std::collections::BTreeMap;

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

/// Records an image: blobs, then the record, then the names. What cannot be fetched again is on disk before its first name
/// is given, and when this returns the names are. Takes the `use` lock for that moment. The
/// caller holds a lease on the layers; one that is not held is an error that names it.
pub fn record(store: &Store, publication: &Publication<'_>) -> anyhow::Result<ImageId> {
    let id = ImageId(Digest::of(publication.config));
    let config = ImageConfig::parse(publication.config).with_context(|| format!("configuration {id}"))?;
    let lock = store.lock_use()?;
    let layers = sizes(store, &config)?;
    let generated;
    let manifest = match publication.manifest {
        Some(manifest) => manifest,
        None => {
            generated = generate_manifest(publication.config, &layers);
            &generated
        }
    };
    let before = store.image(&id)?;
    let image = ImageRecord {
        id,
        manifest: Digest::of(manifest),
        index: publication.index.map(Digest::of),
        created: config.created,
        size: layers.iter().map(|layer| layer.size).sum(),
        layers: config.rootfs.diff_ids,
        // What was recorded of it stays, where the same image comes back from a registry.
        parent: publication.parent.or(before.as_ref().and_then(|before| before.parent)),
        labels: Some(config.config.labels.unwrap_or_default()).filter(is_short),
        named: !publication.names.is_empty() || before.as_ref().is_some_and(|before| before.named),
    };
    store.put_blob(&lock, &id.0, publication.config)?;
    store.put_blob(&lock, &image.manifest, manifest)?;
    if let (Some(digest), Some(bytes)) = (&image.index, publication.index) {
        store.put_blob(&lock, digest, bytes)?;
    }
    // One that is held and synced is not put at risk by one that is not.
    if before.as_ref() != Some(&image) {
        store.put_image(&lock, &image, false)?;
    }
    if publication.durable {
        // Once for all of them.
        store.sync()?;
    }
    let has_tag = publication.names.iter().any(|name| name.tag().is_some());
    for name in publication.names {
        give_name(store, &lock, name, id, has_tag && name.digest().is_some())?;
    }
    Ok(id)
}

/// Whether labels are recorded with an image: all of them are read whenever images are listed. Longer ones are read from the configuration.
fn is_short(labels: &BTreeMap<String, String>) -> bool {
    const LONGEST: usize = 4096;
    labels.iter().map(|(key, value)| key.len() + value.len()).sum::<usize>() <= LONGEST
}

/// A new image from a configuration and a stack of layers that are in the store: writes configuration and manifest,
/// publishes the record, gives the name. Used by commit, import and the built-in image. The caller holds a lease on
/// the layers.
pub fn publish(
    store: &Store,
    config: &ImageConfig,
    parent: Option<ImageId>,
    name: Option<&Reference>,
) -> anyhow::Result<ImageId> {
    let (bytes, _) = config.to_bytes();
    let name = name.map(|name| name.clone().or_latest());
    record(
        store,
        &Publication {
            config: &bytes,
            manifest: None,
            index: None,
            parent,
            names: name.as_slice(),
            durable: true,
        },
    )
}

/// Gives a name, synced unless nobody asked for it. Leaves one that is this image's already as it is: when it was given does not change. `implied`:
/// a digest that comes along with a tag.
pub fn give_name(store: &Store, lock: &UseLock, name: &Reference, image: ImageId, implied: bool) -> anyhow::Result<()> {
    let before = store.tag(name)?.filter(|tag| tag.image == image);
    if before.is_some_and(|tag| implied || !tag.implied) {
        return Ok(());
    }
    let tag = Tag {
        reference: name.clone(),
        image,
        tagged: Utc::now().to_rfc3339_opts(SecondsFormat::Nanos, true),
        implied,
    };
    store.put_tag(lock, &tag, !implied)?;
    Ok(())
}

/// What a manifest and a record say of a layer.
pub struct Sizes {
    diff_id: Digest,
    tar_size: u64,
    size: u64,
}

/// The sizes of an image's layers, which are in the store.
pub fn sizes(store: &Store, config: &ImageConfig) -> anyhow::Result<Vec<Sizes>> {
    let mut layers = Vec::with_capacity(config.rootfs.diff_ids.len());
    for id in &config.rootfs.diff_ids {
        let info = store
            .layer(id)?
            .ok_or_else(|| anyhow!("layer {id} is not in the store"))?
            .info;
        layers.push(Sizes {
            diff_id: id.0,
            tar_size: info.tar_size,
            size: info.size,
        });
    }
    Ok(layers)
}

/// The manifest of an image that came without one (image-spec, manifest.md). Compressed layers are not kept, so it
/// lists them as plain tars, under their diff_ids.
pub fn generate_manifest(config: &[u8], layers: &[Sizes]) -> Vec<u8> {
    let layers: Vec<_> = layers
        .iter()
        .map(|layer| {
            json!({
                "mediaType": "application/vnd.oci.image.layer.v1.tar",
                "digest": layer.diff_id,
                "size": layer.tar_size,
            })
        })
        .collect();
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": {
            "mediaType": "application/vnd.oci.image.config.v1+json",
            "digest": Digest::of(config),
            "size": config.len(),
        },
        "layers": layers,
    });
    manifest.to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use oci_spec::image::ImageManifest;

    #[test]
    fn a_generated_manifest_lists_plain_tars_under_their_diff_ids() {
        let layers = [b"base", b"next"].map(|name| Sizes {
            diff_id: Digest::of(name),
            tar_size: 1024,
            size: 5,
        });
        let bytes = generate_manifest(b"{}", &layers);
        assert_eq!(bytes, generate_manifest(b"{}", &layers));
        let manifest: ImageManifest = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(manifest.config().digest().to_string(), Digest::of(b"{}").to_string());
        assert_eq!(manifest.config().size(), 2);
        assert_eq!(manifest.layers().len(), 2);
        assert_eq!(
            manifest.layers()[1].digest().to_string(),
            Digest::of(b"next").to_string()
        );
        assert_eq!(manifest.layers()[1].size(), 1024);
        assert_eq!(
            manifest.layers()[1].media_type().to_string(),
            "application/vnd.oci.image.layer.v1.tar"
        );
    }
}
