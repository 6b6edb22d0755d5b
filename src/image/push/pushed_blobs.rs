//! Which compressed copies of an image's layers a registry may have already: those that the manifests list with which
//! images came, and those that pushes have made.

use crate::layer::compression::compress::Compression;
use crate::oci::digest::{DiffId, Digest};
use crate::oci::document::Document;
use crate::oci::manifest::{descriptor, descriptor_digest};
use crate::oci::reference::Reference;
use crate::store::Store;
use crate::store::objects::records::ImageRecord;
use anyhow::Result;
use oci_spec::image::{Descriptor, MediaType};
use std::collections::HashMap;

/// Copies of one layer that a registry is asked for.
const MAX_COPIES: usize = 8;

/// How layers are pushed.
#[derive(Debug, Clone, Copy)]
pub struct LayerForm {
    /// How a layer is compressed that the registry does not have.
    pub compression: Compression,
    /// A copy in another format will not do; otherwise any will that the registry has.
    pub format_required: bool,
    /// Nor will one of another level.
    pub level_required: bool,
}

impl LayerForm {
    /// `made_by`: how a copy was compressed, where it was compressed here.
    fn accepts(&self, media_type: &MediaType, made_by: Option<Compression>) -> bool {
        (!self.format_required || *media_type == compressed_type(self.compression))
            && (!self.level_required || made_by == Some(self.compression))
    }
}

/// A compressed copy of a layer, and the repositories that may have it.
#[derive(Debug, Clone)]
pub struct PushedBlob {
    pub digest: Digest,
    pub size: u64,
    pub media_type: MediaType,
    /// Registry and repository of each.
    pub repositories: Vec<(String, String)>,
}

impl PushedBlob {
    pub fn descriptor(&self) -> Descriptor {
        descriptor(self.media_type.clone(), self.digest, self.size)
    }
}

/// OCI's media type for a compressed layer.
pub fn compressed_type(compression: Compression) -> MediaType {
    match compression {
        Compression::Gzip(_) => MediaType::ImageLayerGzip,
        Compression::Zstd(_) => MediaType::ImageLayerZstd,
    }
}

/// OCI's media type for the one in a manifest, OCI's or Docker's; none for layers that are not to be distributed.
fn oci_type(media_type: &MediaType) -> Option<MediaType> {
    match media_type {
        MediaType::ImageLayer | MediaType::ImageLayerGzip | MediaType::ImageLayerZstd => Some(media_type.clone()),
        MediaType::Other(other) => match other.as_str() {
            "application/vnd.docker.image.rootfs.diff.tar" => Some(MediaType::ImageLayer),
            "application/vnd.docker.image.rootfs.diff.tar.gzip" => Some(MediaType::ImageLayerGzip),
            "application/vnd.docker.image.rootfs.diff.tar.zstd" => Some(MediaType::ImageLayerZstd),
            _ => None,
        },
        _ => None,
    }
}

/// The copies of each layer of `image`, the likeliest first: those of its own manifest.
pub fn pushed_blobs(store: &Store, image: &ImageRecord, form: &LayerForm) -> Result<HashMap<DiffId, Vec<PushedBlob>>> {
    let mut found: HashMap<DiffId, Vec<PushedBlob>> = HashMap::new();
    let mut add = |layer: &DiffId, blob: PushedBlob| {
        let blobs = found.entry(*layer).or_default();
        match blobs.iter().position(|known| known.digest == blob.digest) {
            Some(known) => blobs[known].repositories.extend(blob.repositories),
            None if blobs.len() < MAX_COPIES => blobs.push(blob),
            None => {}
        }
    };
    let mut names: HashMap<_, Vec<Reference>> = HashMap::new();
    for tag in store.tags()? {
        names.entry(tag.image).or_default().push(tag.reference);
    }
    let mut relatives = store.images()?;
    relatives.retain(|other| other.layers.iter().any(|layer| image.layers.contains(layer)));
    relatives.sort_by_key(|other| other.id != image.id);
    for relative in relatives {
        let names = names.get(&relative.id).map_or(&[][..], Vec::as_slice);
        for (layer, mut blob) in listed_blobs(store, &relative) {
            // A manifest that was made here lists plain tars, which are in no registry.
            let from_registry = blob.digest != layer.0 || names.iter().any(|name| name.digest().is_some());
            if image.layers.contains(&layer) && from_registry && form.accepts(&blob.media_type, None) {
                let repository = |name: &Reference| (name.registry().to_owned(), name.repository().to_owned());
                blob.repositories = names.iter().map(repository).collect();
                add(&layer, blob);
            }
        }
    }
    for layer in &image.layers {
        for copy in store.pushed_blobs(layer).into_iter().rev() {
            let media_type = compressed_type(copy.compression);
            if form.accepts(&media_type, Some(copy.compression)) {
                let blob = PushedBlob {
                    digest: copy.digest,
                    size: copy.size,
                    media_type,
                    repositories: copy.repositories,
                };
                add(layer, blob);
            }
        }
    }
    for blob in found.values_mut().flatten() {
        blob.repositories.sort();
        blob.repositories.dedup();
    }
    Ok(found)
}

/// The blobs that an image's manifest lists. None where it cannot be read: it is only asked for hints.
fn listed_blobs(store: &Store, image: &ImageRecord) -> Vec<(DiffId, PushedBlob)> {
    let manifest = store.blob(&image.manifest).ok();
    let Some(Ok(Document::Manifest(manifest))) = manifest.map(|bytes| Document::parse(&bytes)) else {
        return Vec::new();
    };
    if manifest.layers().len() != image.layers.len() {
        return Vec::new();
    }
    let pairs = image.layers.iter().zip(manifest.layers());
    let blobs = pairs.filter_map(|(layer, descriptor)| {
        let blob = PushedBlob {
            digest: descriptor_digest(descriptor).ok()?,
            size: descriptor.size(),
            media_type: oci_type(descriptor.media_type())?,
            repositories: Vec::new(),
        };
        Some((*layer, blob))
    });
    blobs.collect()
}
