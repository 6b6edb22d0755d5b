//! Pulling images: what the name names, what of it is missing, the missing layers, the record, the names.

pub mod fetch;
pub mod hello;
pub mod missing;
pub mod space;
#[cfg(test)]
mod tests;

use crate::image::layers::verify::held;
use crate::image::names::resolve::held_as;
use crate::image::publish::{Publication, record};
use crate::image::pull::fetch::fetch;
use crate::image::pull::hello::{ensure_hello, is_hello};
use crate::image::pull::missing::{Plan, plan};
use crate::oci::config::ImageConfig;
use crate::oci::digest::{Digest, ImageId};
use crate::oci::platform::Platform;
use crate::oci::reference::Reference;
use crate::progress::{Progress, Step};
use crate::registry::http::access::Access;
use crate::registry::pull::session::PullSession;
use crate::store::Store;
use anyhow::{Context, bail};
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

/// Pulls an image and gives it its name, which is returned in full, with its tag or digest. A lease keeps its layers, those that were there and those that come, until
/// the image's record lists them; nothing else is held while bytes are on their way.
pub fn pull(
    store: &Store,
    reference: &Reference,
    options: &PullOptions<'_>,
    progress: Arc<dyn Progress>,
) -> anyhow::Result<Reference> {
    let name = held_as(reference);
    if is_hello(&name) {
        return built_in(store, name, options.single_id, &*progress);
    }
    if reference.tag().is_none() && reference.digest().is_none() {
        progress.line("Using default tag: latest");
    }
    let newer = one(store, &name, options, &progress)?;
    report(&*progress, &name, newer);
    Ok(name)
}

/// Pulls each tag that the registry lists for a repository, one after the other. What cannot be pulled (a signature, an
/// image for other machines) goes to `failed`, and does not stop the rest.
pub fn pull_all_tags(
    store: &Store,
    repository: &Reference,
    options: &PullOptions<'_>,
    progress: Arc<dyn Progress>,
    failed: &mut dyn FnMut(anyhow::Error) -> anyhow::Result<()>,
) -> anyhow::Result<Vec<Reference>> {
    let tags = PullSession::open(repository, options.access, progress.clone())?.tags()?;
    if tags.is_empty() {
        bail!("{} has no tags", repository.familiar());
    }
    let (mut pulled, mut newer) = (Vec::new(), false);
    for tag in tags {
        let name = tagged(repository, &tag)?;
        match one(store, &name, options, &progress) {
            Ok(new) => {
                newer |= new;
                pulled.push(name);
            }
            Err(error) => failed(error.context(name.familiar()))?,
        }
    }
    if !pulled.is_empty() {
        report(&*progress, repository, newer);
    }
    Ok(pulled)
}

/// The repository's image of that name, which comes from a registry.
fn tagged(repository: &Reference, tag: &str) -> anyhow::Result<Reference> {
    let name = format!("{repository}:{tag}").parse::<Reference>().ok();
    name.filter(|name| name.tag() == Some(tag) && name.digest().is_none())
        .with_context(|| format!("{} lists {tag:?}, which is no tag", repository.familiar()))
}

/// Pulls one image, and says its digest; whether it is newer than what was held.
fn one(
    store: &Store,
    name: &Reference,
    options: &PullOptions<'_>,
    progress: &Arc<dyn Progress>,
) -> anyhow::Result<bool> {
    let session = PullSession::open(name, options.access, progress.clone())?;
    if let Some(digest) = up_to_date(store, &session, name, options.platform)? {
        announce(name, &**progress);
        progress.line(&format!("Digest: {digest}"));
        return Ok(false);
    }
    let remote = session.resolve(options.platform)?;
    announce(name, &**progress);
    let config = configuration(&remote.config, &remote.config_digest)?;
    let image = ImageId(remote.config_digest);
    let newer = store.tag(name)?.is_none_or(|tag| tag.image != image);

    let _lease = store.lease(&config.rootfs.diff_ids)?;
    let plan = plan(&config, &remote.layers, |id| held(store, id))?;
    space::check(store, &plan.missing)?;
    let newer = newer || !plan.missing.is_empty();
    // One more name for an image that is there says nothing of layers.
    if !plan.missing.is_empty() || store.image(&image)?.is_none() {
        show(&plan, &**progress);
    }
    fetch(store, session, plan.missing, options.single_id, &**progress)?;

    let by_digest = name.with_digest(remote.top_digest);
    record(
        store,
        &Publication {
            config: &remote.config,
            manifest: Some(&remote.manifest),
            index: remote.index.as_deref(),
            parent: None,
            names: &[by_digest, name.clone()],
            durable: false,
        },
    )?;
    progress.line(&format!("Digest: {}", remote.top_digest));
    Ok(newer)
}

/// Says what is pulled: once it is known to be there, as Docker does.
fn announce(name: &Reference, progress: &dyn Progress) {
    // With a digest Docker says the whole name.
    let what = match name.digest() {
        Some(_) => name.to_string(),
        None => name.tag().unwrap_or_default().to_owned(),
    };
    progress.line(&format!("{what}: Pulling from {}", name.repository()));
}

/// What comes from no registry.
fn built_in(store: &Store, name: Reference, single_id: bool, progress: &dyn Progress) -> anyhow::Result<Reference> {
    let before = store.tag(&name)?.map(|tag| tag.image);
    let image = ensure_hello(store, single_id)?;
    let newer = before != Some(image);
    let status = if newer {
        "Made from this very program:"
    } else {
        "Image is up to date for"
    };
    progress.line(&format!("Status: {status} {}", name.familiar()));
    Ok(name)
}

/// The digest that the name names, if the image that is held for it is that one, whole and for `platform`. Costs one
/// HEAD request, and nothing where the name is not held or is a digest.
fn up_to_date(
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
    let whole = whole_for(store, &tag.image, platform)?;
    Ok(whole.then_some(digest))
}

/// Whether everything of a held image is there, and it is for `platform`. Damage says no: the pull mends it.
fn whole_for(store: &Store, id: &ImageId, platform: &Platform) -> anyhow::Result<bool> {
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
    if !ImageConfig::parse(&config).is_ok_and(|config| is_for(&config, platform)) {
        return Ok(false);
    }
    for layer in &record.layers {
        if !held(store, layer)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Layers that overlayfs stacks (the kernel's OVL_MAX_STACK).
const MAX_LAYERS: usize = 500;

/// The configuration; an error where it is none, or no Linux image's, or has more layers than can ever be stacked.
pub fn configuration(bytes: &[u8], digest: &Digest) -> anyhow::Result<ImageConfig> {
    let config = ImageConfig::parse(bytes)
        .with_context(|| format!("configuration {digest} is not that of a container image"))?;
    if !matches!(config.os.as_str(), "" | "linux") {
        bail!("the image is for the operating system {:?}, not linux", config.os);
    }
    let layers = config.rootfs.diff_ids.len();
    if layers > MAX_LAYERS {
        bail!("the image has {layers} layers, more than the {MAX_LAYERS} that overlayfs takes");
    }
    Ok(config)
}

/// A configuration that names no architecture (an old builder's) is for any.
fn is_for(config: &ImageConfig, platform: &Platform) -> bool {
    let os = if config.os.is_empty() { &platform.os } else { &config.os };
    let architecture = if config.architecture.is_empty() {
        &platform.architecture
    } else {
        &config.architecture
    };
    platform.accepts(os, architecture, config.variant.as_deref())
}

fn show(plan: &Plan, progress: &dyn Progress) {
    progress.layers(&plan.names);
    for place in &plan.held {
        progress.step(*place, Step::Exists);
    }
    for place in plan.missing.iter().flat_map(|layer| &layer.places) {
        progress.step(*place, Step::Waiting);
    }
}

fn report(progress: &dyn Progress, name: &Reference, newer: bool) {
    let status = if newer {
        "Downloaded newer image"
    } else {
        "Image is up to date"
    };
    progress.line(&format!("Status: {status} for {}", name.familiar()));
}
