//! Manifests and indexes: media types, limits, and the ways between oci-spec's types and bytes.

use crate::oci::digest::{Digest, InvalidDigest};
use oci_client::manifest::{
    IMAGE_MANIFEST_LIST_MEDIA_TYPE, IMAGE_MANIFEST_MEDIA_TYPE, OCI_IMAGE_INDEX_MEDIA_TYPE, OCI_IMAGE_MEDIA_TYPE,
};
use oci_spec::image::{
    Descriptor, ImageIndex, ImageManifest, ImageManifestBuilder, MediaType, SCHEMA_VERSION, Sha256Digest,
};
use serde_json::Value;

/// Media types that name one image: OCI's, and Docker's schema 2.
pub const MANIFEST_TYPES: [&str; 2] = [OCI_IMAGE_MEDIA_TYPE, IMAGE_MANIFEST_MEDIA_TYPE];
/// Media types that name a choice of images by platform: OCI's index, and Docker's manifest list.
pub const INDEX_TYPES: [&str; 2] = [OCI_IMAGE_INDEX_MEDIA_TYPE, IMAGE_MANIFEST_LIST_MEDIA_TYPE];

/// The largest manifest or index that is read, in bytes; registries refuse larger ones as well.
pub const MAX_MANIFEST: u64 = 4 << 20;
/// The largest image configuration that is read, in bytes.
pub const MAX_CONFIG: u64 = 4 << 20;

/// A descriptor's digest in our type; an error for anything but SHA-256.
pub fn descriptor_digest(descriptor: &Descriptor) -> Result<Digest, InvalidDigest> {
    descriptor.digest().as_ref().parse()
}

/// A descriptor of `size` bytes.
pub fn descriptor(media_type: MediaType, digest: Digest, size: u64) -> Descriptor {
    let digest: Sha256Digest = digest.hex().parse().expect("a SHA-256 digest");
    Descriptor::new(media_type, size, digest)
}

/// The manifest of an image. `config`: the configuration's bytes. `layers`: base first.
pub fn manifest(config: &[u8], layers: Vec<Descriptor>) -> ImageManifest {
    let config = descriptor(MediaType::ImageConfig, Digest::of(config), config.len() as u64);
    let builder = ImageManifestBuilder::default().schema_version(SCHEMA_VERSION);
    let builder = builder.media_type(MediaType::ImageManifest).config(config);
    builder.layers(layers).build().expect("no required field is missing")
}

/// The bytes of a manifest that is made here, which has no annotations. One that was received is kept as its bytes,
/// never written from oci-spec's type: that drops the fields that it does not know, and the digest would be another.
pub fn manifest_bytes(manifest: &ImageManifest) -> Vec<u8> {
    serde_json::to_vec(manifest).expect("a manifest has string keys only")
}

/// The bytes of an index that is made here, always the same for the same index: oci-spec has annotations in a map
/// without order.
pub fn index_bytes(index: &ImageIndex) -> Vec<u8> {
    let mut json = serde_json::to_value(index).expect("an index has string keys only");
    for entry in json["manifests"].as_array_mut().into_iter().flatten() {
        if let Some(Value::Object(annotations)) = entry.get_mut("annotations") {
            annotations.sort_keys();
        }
    }
    json.to_string().into_bytes()
}
