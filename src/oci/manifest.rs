//! Manifests and indexes: media types, limits, and the way from `oci_spec`'s descriptors to our digests.

use crate::oci::digest::{Digest, InvalidDigest};
use oci_spec::image::Descriptor;

/// Docker's schema 2 manifest.
pub const MANIFEST_V2: &str = "application/vnd.docker.distribution.manifest.v2+json";
/// Docker's manifest list.
pub const LIST_V2: &str = "application/vnd.docker.distribution.manifest.list.v2+json";
/// Media types that name one image.
pub const MANIFEST_TYPES: [&str; 2] = ["application/vnd.oci.image.manifest.v1+json", MANIFEST_V2];
/// Media types that name a choice of images by platform.
pub const INDEX_TYPES: [&str; 2] = ["application/vnd.oci.image.index.v1+json", LIST_V2];

/// The largest manifest or index that is read, in bytes; registries refuse larger ones as well.
pub const MAX_MANIFEST: u64 = 4 << 20;
/// The largest image configuration that is read, in bytes.
pub const MAX_CONFIG: u64 = 4 << 20;

/// A descriptor's digest in our type; an error for anything but SHA-256.
pub fn descriptor_digest(descriptor: &Descriptor) -> Result<Digest, InvalidDigest> {
    descriptor.digest().to_string().parse()
}
