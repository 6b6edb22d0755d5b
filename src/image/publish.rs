//! A new image becomes visible: its blobs, its record, and its names last.

use crate::oci::{Digest, ImageConfig, ImageId, Reference};
use crate::store::Store;

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
    /// Synced before this returns: for what cannot be fetched again.
    pub durable: bool,
}

/// What recording an image did.
pub struct Recorded {
    pub image: ImageId,
    /// Digest of the manifest that it has in the store.
    pub manifest: Digest,
}

/// Records an image: blobs, then the record, then the names. Takes the `use` lock for that moment. The caller holds a
/// lease on the layers; a layer that is not held is an error that names it.
pub fn record(store: &Store, publication: &Publication<'_>) -> anyhow::Result<Recorded> {
    let _ = (store, publication);
    todo!()
}

/// A new image from a configuration and a stack of layers that are in the store: writes configuration and manifest,
/// publishes the record, gives the name. Used by commit, import and the built-in image. The caller holds a lease on the layers.
pub fn publish(
    store: &Store,
    config: &ImageConfig,
    parent: Option<ImageId>,
    name: Option<&Reference>,
) -> anyhow::Result<ImageId> {
    let _ = (store, config, parent, name);
    todo!()
}
