//! Pulling images: from a name to an image in the store.
//!
//! [`pull`] → [`up_to_date`] (is there anything to do?) → [`missing`] (which layers the store lacks) → [`space`] (do
//! they fit?) → [`fetch`] (those layers, in parallel, each through [`unpack`](crate::image::layers::unpack)) →
//! [`publish::record`](crate::image::publish::record) (blobs, the record, and the names last). What is said on the way
//! is in [`messages`].

pub mod fetch;
pub mod hello;
pub mod messages;
pub mod missing;
pub mod space;
#[cfg(test)]
mod tests;
pub mod up_to_date;

use crate::image::layers::verify::is_intact;
use crate::image::names::resolve::stored_name;
use crate::image::publish::usable::usable_config;
use crate::image::publish::{Publication, record};
use crate::image::pull::fetch::fetch;
use crate::image::pull::hello::{ensure_hello, is_hello};
use crate::image::pull::messages::{announce, show_layers, show_status};
use crate::image::pull::missing::find_missing;
use crate::image::pull::up_to_date::up_to_date;
use crate::oci::digest::ImageId;
use crate::oci::platform::Platform;
use crate::oci::reference::Reference;
use crate::progress::Progress;
use crate::registry::http::access::Access;
use crate::registry::pull::session::PullSession;
use crate::store::Store;
use anyhow::{Context, Result, ensure};
use std::sync::Arc;

/// What a pull is to bring, and how.
#[derive(Debug, Clone, Copy)]
pub struct PullOptions<'a> {
    /// Which image of an index.
    pub platform: &'a Platform,
    /// Only one id is mapped.
    pub single_id: bool,
    pub access: &'a Access,
}

/// Pulls an image and gives it its name, which is returned in full, with its tag or digest. Takes no lock while bytes
/// are transferred: a lease keeps the image's layers, those that were there and those that come, until its record lists
/// them.
pub fn pull(
    store: &Store,
    reference: &Reference,
    options: &PullOptions<'_>,
    progress: Arc<dyn Progress>,
) -> Result<Reference> {
    let name = stored_name(reference);
    if is_hello(&name) {
        return make_hello(store, name, options.single_id, &*progress);
    }
    if reference.tag().is_none() && reference.digest().is_none() {
        progress.line("Using default tag: latest");
    }
    let newer = pull_name(store, &name, options, &progress)?;
    show_status(&*progress, &name, newer);
    Ok(name)
}

/// Pulls each tag that the registry lists for a repository, one after the other, and returns their names. What cannot
/// be pulled (a signature, an image for other machines) goes to `failed`, and does not stop the rest.
pub fn pull_all_tags(
    store: &Store,
    repository: &Reference,
    options: &PullOptions<'_>,
    progress: Arc<dyn Progress>,
    failed: &mut dyn FnMut(anyhow::Error) -> Result<()>,
) -> Result<Vec<Reference>> {
    let tags = PullSession::open(repository, options.access, progress.clone())?.tags()?;
    ensure!(!tags.is_empty(), "{} has no tags", repository.familiar());
    let (mut pulled, mut any_newer) = (Vec::new(), false);
    for tag in tags {
        let name = tagged(repository, &tag)?;
        match pull_name(store, &name, options, &progress) {
            Ok(newer) => {
                any_newer |= newer;
                pulled.push(name);
            }
            Err(error) => failed(error.context(name.familiar()))?,
        }
    }
    if !pulled.is_empty() {
        show_status(&*progress, repository, any_newer);
    }
    Ok(pulled)
}

/// The repository's name with a tag that came from a registry.
fn tagged(repository: &Reference, tag: &str) -> Result<Reference> {
    let name = format!("{repository}:{tag}").parse::<Reference>().ok();
    name.filter(|name| name.tag() == Some(tag) && name.digest().is_none())
        .with_context(|| format!("{} lists {tag:?}, which is no tag", repository.familiar()))
}

/// Pulls one image and says its digest. Returns whether anything is newer than it was in the store.
fn pull_name(store: &Store, name: &Reference, options: &PullOptions<'_>, progress: &Arc<dyn Progress>) -> Result<bool> {
    let session = PullSession::open(name, options.access, progress.clone())?;
    if let Some(digest) = up_to_date(store, &session, name, options.platform)? {
        announce(name, &**progress);
        progress.line(&format!("Digest: {digest}"));
        return Ok(false);
    }
    let remote = session.resolve(options.platform)?;
    announce(name, &**progress);
    let config = usable_config(&remote.config, &remote.config_digest)?;
    let image = ImageId(remote.config_digest);
    let is_new_name = store.tag(name)?.is_none_or(|tag| tag.image != image);

    let _lease = store.lease(config.diff_ids())?;
    let layers = find_missing(&config, &remote.layers, |id| is_intact(store, id))?;
    space::check(store, &layers.missing)?;
    let newer = is_new_name || !layers.missing.is_empty();
    // Where an image that is complete gets one more name, its layers are not shown.
    if !layers.missing.is_empty() || store.image(&image)?.is_none() {
        show_layers(&layers, &**progress);
    }
    fetch(store, session, layers.missing, options.single_id, &**progress)?;

    let by_digest = name.with_digest(remote.top_digest);
    let publication = Publication {
        config: &remote.config,
        manifest: Some(&remote.manifest),
        index: remote.index.as_deref(),
        parent: None,
        names: &[by_digest, name.clone()],
        durable: false,
    };
    record(store, &publication)?;
    progress.line(&format!("Digest: {}", remote.top_digest));
    Ok(newer)
}

/// Makes the built-in image, which comes from no registry.
fn make_hello(store: &Store, name: Reference, single_id: bool, progress: &dyn Progress) -> Result<Reference> {
    let before = store.tag(&name)?.map(|tag| tag.image);
    let image = ensure_hello(store, single_id)?;
    let status = match before == Some(image) {
        true => "Image is up to date for",
        false => "Made from this very program:",
    };
    progress.line(&format!("Status: {status} {}", name.familiar()));
    Ok(name)
}
