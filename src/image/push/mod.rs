//! Pushing an image: the layers that the registry lacks, the configuration, the manifest.
//!
//! Compressed layers are not kept. A blob whose digest is known here ([`pushed_blobs`]) is not sent where the registry
//! has it, be it in this repository or in another one of the same registry. The other layers are read from the store
//! byte for byte and compressed while they are sent ([`layers`]), and their digests are remembered, so that the next
//! push finds them. The configuration is sent as it is: the image keeps its ID. Where the registry has exactly the
//! blobs that the image's own manifest lists, that manifest is sent ([`manifest`]), and the image keeps its digest as
//! well.

pub mod layers;
pub mod manifest;
pub mod pushed_blobs;

use crate::image::names::resolve::find;
use crate::image::publish::name::give_name;
use crate::image::push::layers::{LayerPush, other_repositories};
use crate::image::push::manifest::manifest_to_push;
use crate::image::push::pushed_blobs::{LayerForm, pushed_blobs};
use crate::oci::digest::Digest;
use crate::oci::reference::Reference;
use crate::progress::Progress;
use crate::registry::http::access::Access;
use crate::registry::push::session::PushSession;
use crate::store::Store;
use anyhow::{Context, Result};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Pushes the image that `source` names as `destination`, which has a tag, and returns the manifest's digest. A lease
/// keeps the layers; no lock is held while bytes are transferred.
pub fn push(
    store: &Store,
    source: &str,
    destination: &Reference,
    form: LayerForm,
    access: &Access,
    progress: Arc<dyn Progress>,
) -> Result<Digest> {
    let (image, _) = find(store, source)?;
    let _lease = store.lease(&image.layers)?;
    let config = store.blob(&image.id.0)?;
    let blobs = pushed_blobs(store, &image, &form)?;
    let repositories = other_repositories(&blobs, destination);
    let session = PushSession::open(destination, &repositories, access, progress.clone())?;
    let layers = LayerPush {
        store,
        session: &session,
        destination,
        form,
        blobs,
        progress: &*progress,
        failed: AtomicBool::new(false),
    }
    .push_all(&image.layers)?;
    if !session.holds(image.id.0)? {
        session.send_bytes(config.clone()).context("configuration")?;
    }
    let (media_type, manifest) = manifest_to_push(store, &image, &config, layers);
    let (digest, size) = (Digest::of(&manifest), manifest.len());
    let tag = destination.tag().context("the destination has no tag")?;
    session.send_manifest(tag, media_type.as_ref(), manifest)?;
    progress.line(&format!("{tag}: digest: {digest} size: {size}"));
    // The registry has the image under that digest now: it is one of its names, as after a pull.
    if store.tag(destination)?.is_some_and(|tag| tag.image == image.id) {
        let by_digest = destination.with_digest(digest);
        give_name(store, &store.lock_use()?, &by_digest, image.id, true)?;
    }
    Ok(digest)
}
