//! Pushing an image: what of it the registry has, the layers that it has not, the configuration, the manifest.
//!
//! Compressed layers are not kept. What the registry has under a digest that is known here ([`known`]) is not sent, be it in this repository or in
//! another one of the same registry. The other layers come out of the store byte for byte, are compressed while they are sent, and their
//! digests are remembered, so that the next push finds them. The configuration is sent as it is: the image keeps its ID. Where the registry has just the blobs that
//! the image's own manifest lists, that manifest is sent, and the image keeps its digest as well.

pub mod pushed_blobs;

use crate::image::push::pushed_blobs::Wanted;
use crate::layer::compression::compress;

use crate::image::layers::verify::write_tar;
use crate::image::names::resolve::find;
use crate::image::publish::give_name;
use crate::image::push::pushed_blobs::{Known, known, media_type};
use crate::oci::digest::{DiffId, Digest};
use crate::oci::document::Document;
use crate::oci::manifest::{MANIFEST_TYPES, descriptor_digest};
use crate::oci::reference::Reference;
use crate::progress::{Progress, Step};
use crate::registry::http::access::Access;
use crate::registry::push::session::PushSession;
use crate::store::Store;
use crate::store::objects::copies::Copy;
use crate::store::objects::records::ImageRecord;
use anyhow::{Context, Result, anyhow};
use serde::Deserialize;
use serde_json::json;
use std::collections::HashMap;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// Layers in work at a time: enough to compress one while another waits for the network.
const WORKERS: usize = 3;
/// Repositories of the registry that a blob is looked for in.
const MAX_SOURCES: usize = 8;
/// Bytes of a tar between two reports.
const REPORT: u64 = 256 << 10;

/// Pushes the image that `source` names as `destination`, which has a tag, and returns the manifest's digest. No sweep takes the layers
/// meanwhile; nothing else is held while bytes are on their way.
pub fn push(
    store: &Store,
    source: &str,
    destination: &Reference,
    wanted: Wanted,
    access: &Access,
    progress: Arc<dyn Progress>,
) -> Result<Digest> {
    let (image, _) = find(store, source)?;
    let _lease = store.lease(&image.layers)?;
    let config = store.blob(&image.id.0)?;
    let known = known(store, &image, &wanted)?;
    let sources = sources(&known, destination);
    let session = PushSession::open(destination, &sources, access, progress.clone())?;
    let push = Push {
        store,
        session,
        destination,
        wanted,
        known,
        image: &image,
        progress: &*progress,
        failed: AtomicBool::new(false),
    };
    let layers = push.layers()?;
    if !push.session.holds(image.id.0)? {
        push.session.send_bytes(config.clone()).context("configuration")?;
    }
    let (media_type, manifest) = push.manifest(&config, &layers)?;
    let (digest, size) = (Digest::of(&manifest), manifest.len());
    let tag = destination.tag().context("the destination has no tag")?;
    push.session.send_manifest(tag, &media_type, manifest)?;
    progress.line(&format!("{tag}: digest: {digest} size: {size}"));
    // The registry knows it by that digest now.
    if store.tag(destination)?.is_some_and(|tag| tag.image == image.id) {
        give_name(
            store,
            &store.lock_use()?,
            &destination.with_digest(digest),
            image.id,
            true,
        )?;
    }
    Ok(digest)
}

/// The registry's other repositories in which layers may be.
fn sources(known: &HashMap<DiffId, Vec<Known>>, destination: &Reference) -> Vec<String> {
    let places = known.values().flatten().flat_map(|copy| &copy.places);
    let others = places
        .filter(|(registry, repository)| registry == destination.registry() && repository != destination.repository());
    let mut sources: Vec<String> = others.map(|(_, repository)| repository.clone()).collect();
    sources.sort();
    sources.dedup();
    sources.truncate(MAX_SOURCES);
    sources
}

/// A layer as the registry has it.
#[derive(Debug, Clone, Copy)]
struct Blob {
    digest: Digest,
    size: u64,
    media_type: &'static str,
}

struct Push<'a> {
    store: &'a Store,
    session: PushSession,
    destination: &'a Reference,
    wanted: Wanted,
    known: HashMap<DiffId, Vec<Known>>,
    image: &'a ImageRecord,
    progress: &'a dyn Progress,
    failed: AtomicBool,
}

impl Push<'_> {
    /// Sees to it that the registry has all layers, several at a time. All threads have ended when this returns.
    fn layers(&self) -> Result<HashMap<DiffId, Blob>> {
        // The top first, as Docker shows them.
        let mut places: Vec<(DiffId, Vec<usize>)> = Vec::new();
        let mut names = Vec::new();
        for (place, layer) in self.image.layers.iter().rev().enumerate() {
            names.push(layer.short());
            match places.iter_mut().find(|(known, _)| known == layer) {
                Some((_, places)) => places.push(place),
                None => places.push((*layer, vec![place])),
            }
        }
        self.progress.layers(&names);
        let workers = WORKERS.min(places.len());
        places.reverse();
        let queue = Mutex::new(places);
        let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let done: Mutex<Result<HashMap<DiffId, Blob>>> = Mutex::new(Ok(HashMap::new()));
        let work = || {
            while let Some((layer, places)) = next() {
                if self.failed.load(Ordering::Relaxed) {
                    return;
                }
                let blob = self.layer(&layer, &places).with_context(|| format!("layer {layer}"));
                let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
                match (&mut *done, blob) {
                    (Ok(blobs), Ok(blob)) => drop(blobs.insert(layer, blob)),
                    (Ok(_), Err(error)) => {
                        self.failed.store(true, Ordering::Relaxed);
                        *done = Err(error);
                    }
                    // What came first is why.
                    (Err(_), _) => {}
                }
            }
        };
        thread::scope(|scope| {
            for _ in 0..workers {
                scope.spawn(work);
            }
        });
        done.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// One layer: found there, had from another repository, or sent.
    fn layer(&self, id: &DiffId, places: &[usize]) -> Result<Blob> {
        let report = |step| places.iter().for_each(|place| self.progress.step(*place, step));
        report(Step::Preparing);
        let known = self.known.get(id).map_or(&[][..], Vec::as_slice);
        for copy in known {
            if self.session.holds(copy.digest)? {
                report(Step::OnRegistry);
                return Ok(copy.blob());
            }
        }
        for copy in known {
            if let Some(from) = self.mount(copy) {
                places.iter().for_each(|place| self.progress.mounted(*place, from));
                return Ok(copy.blob());
            }
        }
        let layer = self.store.layer(id)?.context("it is not in the store")?;
        let total = layer.info.tar_size;
        let mut make = |out: &mut dyn Write| {
            compress::compress(self.wanted.compression, out, |out| {
                let mut tar = Watched {
                    out,
                    cancel: &self.failed,
                    done: 0,
                    reported: 0,
                    report: &|done| report(Step::Pushing { done, total }),
                };
                write_tar(&layer, &mut tar)
            })
        };
        let sent = self.session.send(places[0], &mut make, &self.failed)?;
        report(Step::Pushed);
        self.remember(
            id,
            Copy {
                digest: sent.digest,
                size: sent.size,
                compression: self.wanted.compression,
                places: vec![self.place()],
            },
        );
        Ok(Blob {
            digest: sent.digest,
            size: sent.size,
            media_type: media_type(self.wanted.compression),
        })
    }

    /// The repository of the same registry from which the registry took the copy. One that it does not take is sent, whatever the reason.
    fn mount<'k>(&self, copy: &'k Known) -> Option<&'k str> {
        let others = copy.places.iter().filter(|(registry, repository)| {
            registry == self.destination.registry() && repository != self.destination.repository()
        });
        others
            .take(MAX_SOURCES)
            .map(|(_, repository)| repository.as_str())
            .find(|from| self.session.mount(copy.digest, from).unwrap_or(false))
    }

    fn place(&self) -> (String, String) {
        let name = self.destination;
        (name.registry().to_owned(), name.repository().to_owned())
    }

    fn remember(&self, layer: &DiffId, copy: Copy) {
        if let Err(error) = self.store.add_copy(layer, copy) {
            self.progress
                .warn(&format!("layer {layer} will be compressed again next time: {error:#}"));
        }
    }

    /// The image's own manifest where it says just what the registry has, or else a new one.
    fn manifest(&self, config: &[u8], blobs: &HashMap<DiffId, Blob>) -> Result<(String, Vec<u8>)> {
        let blob = |layer: &DiffId| blobs.get(layer).ok_or_else(|| anyhow!("layer {layer} was not pushed"));
        let layers = self.image.layers.iter().map(blob).collect::<Result<Vec<&Blob>>>()?;
        if let Ok(own) = self.store.blob(&self.image.manifest)
            && let Some(media_type) = lists(&own, &self.image.id.0, &layers)
        {
            return Ok((media_type, own));
        }
        let layers: Vec<_> = layers
            .iter()
            .map(|blob| json!({ "mediaType": blob.media_type, "digest": blob.digest, "size": blob.size }))
            .collect();
        let manifest = json!({
            "schemaVersion": 2,
            "mediaType": MANIFEST_TYPES[0],
            "config": {
                "mediaType": "application/vnd.oci.image.config.v1+json",
                "digest": self.image.id,
                "size": config.len(),
            },
            "layers": layers,
        });
        Ok((MANIFEST_TYPES[0].to_owned(), manifest.to_string().into_bytes()))
    }
}

impl Known {
    fn blob(&self) -> Blob {
        Blob {
            digest: self.digest,
            size: self.size,
            media_type: self.media_type,
        }
    }
}

/// The media type of a manifest, if it lists exactly this configuration and these layers.
fn lists(manifest: &[u8], id: &Digest, blobs: &[&Blob]) -> Option<String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Said {
        media_type: Option<String>,
    }
    let Document::Manifest { config, layers } = Document::parse(manifest).ok()? else {
        return None;
    };
    let same = descriptor_digest(&config).is_ok_and(|digest| digest == *id)
        && layers.len() == blobs.len()
        && layers
            .iter()
            .zip(blobs)
            .all(|(layer, blob)| descriptor_digest(layer).is_ok_and(|digest| digest == blob.digest));
    let said: Said = serde_json::from_slice(manifest).ok()?;
    same.then(|| said.media_type.unwrap_or_else(|| MANIFEST_TYPES[0].to_owned()))
}

/// A tar on its way to be compressed: says how far it is, and ends when another layer has failed.
struct Watched<'a> {
    out: &'a mut dyn Write,
    cancel: &'a AtomicBool,
    done: u64,
    reported: u64,
    report: &'a dyn Fn(u64),
}

impl Write for Watched<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.cancel.load(Ordering::Relaxed) {
            return Err(io::Error::other("cancelled"));
        }
        let count = self.out.write(bytes)?;
        self.done += count as u64;
        if self.done - self.reported >= REPORT {
            self.reported = self.done;
            (self.report)(self.done);
        }
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
