//! Whether the image that a name has in the store is the one that it has in the registry.

use crate::image::layers::verify::is_intact;
use crate::oci::config::ImageConfig;
use crate::oci::digest::{Digest, ImageId};
use crate::oci::platform::Platform;
use crate::oci::reference::Reference;
use crate::registry::pull::session::PullSession;
use crate::store::Store;

/// The digest that the name has in the registry, if the store's image of that name came under that digest, is complete
/// and is for `platform`. Costs one HEAD request; none where the store does not have the name, or the name is a digest.
pub fn up_to_date(
    store: &Store,
    session: &PullSession,
    name: &Reference,
    platform: &Platform,
) -> anyhow::Result<Option<Digest>> {
    let Some(tag) = store.tag(name)? else { return Ok(None) };
    let digest = match name.digest() {
        Some(digest) => digest,
        None => match session.head()? {
            Some(digest) => digest,
            None => return Ok(None),
        },
    };
    let by_digest = store.tag(&name.with_digest(digest))?;
    if by_digest.is_none_or(|by_digest| by_digest.image != tag.image) {
        return Ok(None);
    }
    let usable = is_complete_for(store, &tag.image, platform)?;
    Ok(usable.then_some(digest))
}

/// Whether everything of an image is in the store, and it is for `platform`. Damage is a no: the pull repairs it.
fn is_complete_for(store: &Store, id: &ImageId, platform: &Platform) -> anyhow::Result<bool> {
    let Some(record) = store.image(id)? else {
        return Ok(false);
    };
    let Ok(config) = store.blob(&id.0) else {
        return Ok(false);
    };
    let blobs = [Some(&record.manifest), record.index.as_ref()];
    if blobs.into_iter().flatten().any(|digest| store.blob(digest).is_err()) {
        return Ok(false);
    }
    if !ImageConfig::parse(&config).is_ok_and(|config| config.is_for(platform)) {
        return Ok(false);
    }
    for layer in &record.layers {
        if !is_intact(store, layer)? {
            return Ok(false);
        }
    }
    Ok(true)
}
