//! Manifests and indexes: media types, limits, and the way from `oci_spec`'s descriptors to our digests.

use crate::oci::digest::{Digest, InvalidDigest};
use oci_client::manifest::{
    IMAGE_MANIFEST_LIST_MEDIA_TYPE, IMAGE_MANIFEST_MEDIA_TYPE, OCI_IMAGE_INDEX_MEDIA_TYPE, OCI_IMAGE_MEDIA_TYPE,
};
use oci_spec::image::Descriptor;

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
    descriptor.digest().to_string().parse()
}
