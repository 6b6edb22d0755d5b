//! Which compressed copies of an image's layers may be in a registry already: those that the manifests list with which images came, and
//! those that pushes have made.

use crate::layer::compression::compress::Compression;
use crate::oci::digest::{DiffId, Digest};
use crate::oci::document::Document;
use crate::oci::manifest::descriptor_digest;
use crate::oci::reference::Reference;
use crate::store::Store;
use crate::store::objects::records::ImageRecord;
use anyhow::Result;
use std::collections::HashMap;

/// Copies of one layer that a registry is asked for.
const MAX: usize = 8;

/// What is to be pushed.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    /// How a layer is compressed that the registry does not have.
    pub compression: Compression,
    /// Only this form will do; otherwise any that the registry has.
    pub form_matters: bool,
    /// So does the level.
    pub level_matters: bool,
}

/// A copy of a layer.
#[derive(Debug, Clone)]
pub struct Known {
    pub digest: Digest,
    pub size: u64,
    pub media_type: &'static str,
    /// Where it may be: registry and repository.
    pub places: Vec<(String, String)>,
}

/// OCI's media type for a compressed layer.
pub fn media_type(compression: Compression) -> &'static str {
    match compression {
        Compression::Gzip(_) => GZIP,
        Compression::Zstd(_) => ZSTD,
    }
}

const PLAIN: &str = "application/vnd.oci.image.layer.v1.tar";
const GZIP: &str = "application/vnd.oci.image.layer.v1.tar+gzip";
const ZSTD: &str = "application/vnd.oci.image.layer.v1.tar+zstd";

/// The same for what a manifest says, OCI's or Docker's; none for layers that are not to be distributed.
fn oci_type(said: &str) -> Option<&'static str> {
    match said {
        GZIP | "application/vnd.docker.image.rootfs.diff.tar.gzip" => Some(GZIP),
        ZSTD | "application/vnd.docker.image.rootfs.diff.tar.zstd" => Some(ZSTD),
        PLAIN | "application/vnd.docker.image.rootfs.diff.tar" => Some(PLAIN),
        _ => None,
    }
}

impl Wanted {
    fn accepts(&self, media: &str, made: Option<Compression>) -> bool {
        (!self.form_matters || media == media_type(self.compression))
            && (!self.level_matters || made == Some(self.compression))
    }
}

/// The copies of each layer of `image`, the likeliest first: those of its own manifest.
pub fn known(store: &Store, image: &ImageRecord, wanted: &Wanted) -> Result<HashMap<DiffId, Vec<Known>>> {
    let mut found: HashMap<DiffId, Vec<Known>> = HashMap::new();
    let mut add = |layer: &DiffId, copy: Known| {
        let copies = found.entry(*layer).or_default();
        match copies.iter().position(|known| known.digest == copy.digest) {
            Some(known) => copies[known].places.extend(copy.places),
            None if copies.len() < MAX => copies.push(copy),
            None => {}
        }
    };
    let mut places: HashMap<_, Vec<Reference>> = HashMap::new();
    for tag in store.tags()? {
        places.entry(tag.image).or_default().push(tag.reference);
    }
    let mut relatives = store.images()?;
    relatives.retain(|other| other.layers.iter().any(|layer| image.layers.contains(layer)));
    relatives.sort_by_key(|other| other.id != image.id);
    for relative in relatives {
        let names = places.get(&relative.id).map_or(&[][..], Vec::as_slice);
        for (layer, mut copy) in listed(store, &relative) {
            // A manifest that was made here lists plain tars, which are in no registry.
            let came = copy.digest != layer.0 || names.iter().any(|name| name.digest().is_some());
            if image.layers.contains(&layer) && came && wanted.accepts(copy.media_type, None) {
                let place = |name: &Reference| (name.registry().to_owned(), name.repository().to_owned());
                copy.places = names.iter().map(place).collect();
                add(&layer, copy);
            }
        }
    }
    for layer in &image.layers {
        for copy in store.copies(layer).into_iter().rev() {
            let media_type = media_type(copy.compression);
            if wanted.accepts(media_type, Some(copy.compression)) {
                let known = Known {
                    digest: copy.digest,
                    size: copy.size,
                    media_type,
                    places: copy.places,
                };
                add(layer, known);
            }
        }
    }
    for copy in found.values_mut().flatten() {
        copy.places.sort();
        copy.places.dedup();
    }
    Ok(found)
}

/// The layers that an image's manifest lists. None where it cannot be read: it is only asked for hints.
fn listed(store: &Store, image: &ImageRecord) -> Vec<(DiffId, Known)> {
    let manifest = store.blob(&image.manifest).ok();
    let Some(Ok(Document::Manifest { layers, .. })) = manifest.map(|bytes| Document::parse(&bytes)) else {
        return Vec::new();
    };
    if layers.len() != image.layers.len() {
        return Vec::new();
    }
    let pairs = image.layers.iter().zip(&layers);
    let known = pairs.filter_map(|(layer, descriptor)| {
        let known = Known {
            digest: descriptor_digest(descriptor).ok()?,
            size: descriptor.size(),
            media_type: oci_type(descriptor.media_type().as_ref())?,
            places: Vec::new(),
        };
        Some((*layer, known))
    });
    known.collect()
}
