//! OCI's image layout (image-spec, image-layout.md): `index.json` names manifests; every blob is in `blobs/`, under its
//! digest.

use crate::image::archive::load::found::{ArchivedImage, ArchivedLayer, DocumentsSize, check_digest};
use crate::image::archive::reader::Archive;
use crate::oci::digest::Digest;
use crate::oci::document::{Document, choose, offered};
use crate::oci::manifest::{MAX_CONFIG, MAX_MANIFEST, descriptor_digest};
use crate::oci::platform::Platform;
use crate::oci::reference::Reference;
use anyhow::{Context, Result, bail, ensure};
use oci_spec::image::{Descriptor, Os};
use std::collections::HashMap;

/// The member by which the format is recognised.
pub const MARK: &str = "oci-layout";

/// The annotation in which containerd and Docker write the whole name.
const FULL_NAME: &str = "io.containerd.image.name";
/// The specification's annotation: a tag alone, or whatever the writer was given; podman and skopeo write the whole
/// name.
const REF_NAME: &str = "org.opencontainers.image.ref.name";
/// The annotation of a manifest that is about another manifest (an attestation).
const REFERENCE_TYPE: &str = "vnd.docker.reference.type";

/// The images of the layout. An image that is listed under several names is one image with these names.
pub fn find(archive: &Archive, platform: &Platform) -> Result<Vec<ArchivedImage>> {
    let bytes = archive
        .bytes("index.json", MAX_MANIFEST)?
        .context("the layout has no index.json")?;
    let Document::Index(index) = Document::parse(&bytes).context("index.json")? else {
        bail!("index.json is no index");
    };
    let mut images: Vec<ArchivedImage> = Vec::new();
    let mut positions: HashMap<Digest, usize> = HashMap::new();
    let mut size = DocumentsSize::default();
    for entry in index.manifests().iter().filter(|entry| is_image(entry)) {
        let digest = descriptor_digest(entry)?;
        let name = name(entry, &digest);
        let position = *positions.entry(digest).or_insert(images.len());
        if position == images.len() {
            let image = image(archive, entry, platform)?;
            size.add(&image)?;
            images.push(image);
        }
        images[position].names.extend(name);
    }
    Ok(images)
}

/// Not an attestation or the like: these are about another manifest, or for the platform `unknown`.
fn is_image(entry: &Descriptor) -> bool {
    let about = entry
        .annotations()
        .as_ref()
        .is_some_and(|a| a.contains_key(REFERENCE_TYPE));
    let unknown = entry
        .platform()
        .as_ref()
        .is_some_and(|p| *p.os() == Os::from("unknown"));
    !about && !unknown
}

/// The name that an entry is listed under. None for a tag without a repository, and for a digest other than the
/// entry's: whoever asks for a name by digest is promised content that hashes to it.
fn name(entry: &Descriptor, digest: &Digest) -> Option<Reference> {
    let annotations = entry.annotations().as_ref()?;
    let full = annotations.get(FULL_NAME);
    let name = full.or_else(|| annotations.get(REF_NAME).filter(|name| name.contains(['/', ':'])))?;
    let name: Reference = name.parse().ok()?;
    match name.digest() {
        None => Some(name.or_latest()),
        Some(own) => (own == *digest).then(|| name.with_digest(own)),
    }
}

/// The image that an entry of `index.json` names; where it names an index, the index's image for the platform.
fn image(archive: &Archive, entry: &Descriptor, platform: &Platform) -> Result<ArchivedImage> {
    let (digest, top) = document(archive, entry)?;
    let (index, manifest, parsed) = match Document::parse(&top).with_context(|| digest.to_string())? {
        Document::Index(choices) => {
            let Some(chosen) = choose(&choices, platform) else {
                let offered = offered(&choices);
                bail!("index {digest} has nothing for {platform}; it is for {offered:?}");
            };
            let (digest, manifest) = document(archive, chosen)?;
            let parsed = Document::parse(&manifest).with_context(|| digest.to_string())?;
            (Some(top), manifest, parsed)
        }
        parsed => (None, top, parsed),
    };
    let Document::Manifest(image) = parsed else {
        bail!("index {digest} has another index inside");
    };
    let (_, config) = blob(archive, image.config(), MAX_CONFIG)?;
    let layers = image.layers().iter().map(|layer| {
        let digest = descriptor_digest(layer)?;
        Ok(ArchivedLayer {
            member: member(&digest),
            expected: Some((digest, layer.size())),
        })
    });
    Ok(ArchivedImage {
        config,
        layers: layers.collect::<Result<_>>()?,
        manifest: Some(manifest),
        index,
        names: Vec::new(),
    })
}

fn document(archive: &Archive, descriptor: &Descriptor) -> Result<(Digest, Vec<u8>)> {
    blob(archive, descriptor, MAX_MANIFEST)
}

/// A document, with its digest and size verified.
fn blob(archive: &Archive, descriptor: &Descriptor, limit: u64) -> Result<(Digest, Vec<u8>)> {
    let digest = descriptor_digest(descriptor)?;
    let bytes = archive
        .bytes(&member(&digest), limit)?
        .with_context(|| format!("the layout has no blob {digest}"))?;
    check_digest(&digest, &Digest::of(&bytes))?;
    ensure!(
        bytes.len() as u64 == descriptor.size(),
        "size mismatch: the archive has {} bytes for {digest}, expected {}",
        bytes.len(),
        descriptor.size()
    );
    Ok((digest, bytes))
}

fn member(digest: &Digest) -> String {
    format!("blobs/sha256/{}", digest.hex())
}
