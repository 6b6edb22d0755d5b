//! The layers of an image that is pushed, several at a time: found in the registry, mounted from another repository of
//! it, or sent.

use crate::image::layers::verify::write_tar;
use crate::image::push::pushed_blobs::{LayerForm, PushedBlob, compressed_type};
use crate::layer::compression::compress;
use crate::oci::digest::DiffId;
use crate::oci::manifest::descriptor;
use crate::oci::reference::Reference;
use crate::progress::{Progress, Step};
use crate::registry::push::session::PushSession;
use crate::store::Store;
use crate::store::objects::pushed_blobs::CachedBlob;
use crate::text::error::chain;
use anyhow::{Context, Result};
use oci_spec::image::Descriptor;
use std::collections::HashMap;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Layers in work at a time: enough to compress one while another waits for the network.
const WORKERS: usize = 3;
/// Repositories of the registry that a blob is looked for in.
const MAX_REPOSITORIES: usize = 8;
/// Bytes of a tar between two reports.
const REPORT: u64 = 256 << 10;

/// The registry's other repositories in which layers may be.
pub fn other_repositories(blobs: &HashMap<DiffId, Vec<PushedBlob>>, destination: &Reference) -> Vec<String> {
    let all = blobs.values().flatten().flat_map(|blob| &blob.repositories);
    let others = all.filter(|repository| is_other_in_registry(repository, destination));
    let mut names: Vec<String> = others.map(|(_, repository)| repository.clone()).collect();
    names.sort();
    names.dedup();
    names.truncate(MAX_REPOSITORIES);
    names
}

fn is_other_in_registry((registry, repository): &(String, String), destination: &Reference) -> bool {
    registry == destination.registry() && repository != destination.repository()
}

/// What the workers of one push share.
pub struct LayerPush<'a> {
    pub store: &'a Store,
    pub session: &'a PushSession,
    pub destination: &'a Reference,
    pub form: LayerForm,
    pub blobs: HashMap<DiffId, Vec<PushedBlob>>,
    pub progress: &'a dyn Progress,
    /// Set by the first error: the other workers end.
    pub failed: AtomicBool,
}

/// A layer, and its indexes in the reports: an image may have it several times.
type QueuedLayer = (DiffId, Vec<usize>);

impl LayerPush<'_> {
    /// Makes sure that the registry has all `layers` (base first), and returns what it has of each. All threads have
    /// ended when this returns.
    pub fn push_all(&self, layers: &[DiffId]) -> Result<Vec<Descriptor>> {
        // The top first, as Docker shows them.
        let mut queue: Vec<QueuedLayer> = Vec::new();
        let mut names = Vec::new();
        for (index, layer) in layers.iter().rev().enumerate() {
            names.push(layer.short());
            match queue.iter_mut().find(|(queued, _)| queued == layer) {
                Some((_, indexes)) => indexes.push(index),
                None => queue.push((*layer, vec![index])),
            }
        }
        self.progress.layers(&names);
        let workers = WORKERS.min(queue.len());
        // Workers take from the end.
        queue.reverse();
        let queue = Mutex::new(queue);
        let pushed: Mutex<Result<HashMap<DiffId, Descriptor>>> = Mutex::new(Ok(HashMap::new()));
        thread::scope(|scope| {
            for _ in 0..workers {
                scope.spawn(|| self.work(&queue, &pushed));
            }
        });
        let pushed = pushed.into_inner().unwrap_or_else(PoisonError::into_inner)?;
        let of = |layer: &DiffId| {
            let descriptor = pushed.get(layer).cloned();
            descriptor.with_context(|| format!("layer {layer} was not pushed"))
        };
        layers.iter().map(of).collect()
    }

    /// One worker: layer after layer, until the queue is empty or something failed.
    fn work(&self, queue: &Mutex<Vec<QueuedLayer>>, pushed: &Mutex<Result<HashMap<DiffId, Descriptor>>>) {
        // In a closure, so that the queue is unlocked before the layer is worked on.
        let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).pop();
        while let Some((layer, indexes)) = next() {
            if self.failed.load(Ordering::Relaxed) {
                return;
            }
            let descriptor = self.push(&layer, &indexes).with_context(|| format!("layer {layer}"));
            let mut pushed = pushed.lock().unwrap_or_else(PoisonError::into_inner);
            match (&mut *pushed, descriptor) {
                (Ok(pushed), Ok(descriptor)) => drop(pushed.insert(layer, descriptor)),
                (Ok(_), Err(error)) => {
                    self.failed.store(true, Ordering::Relaxed);
                    *pushed = Err(error);
                }
                // The first error is the cause of the others.
                (Err(_), _) => {}
            }
        }
    }

    /// One layer: found in the repository, mounted from another one, or sent.
    fn push(&self, id: &DiffId, indexes: &[usize]) -> Result<Descriptor> {
        let report = |step| indexes.iter().for_each(|index| self.progress.step(*index, step));
        report(Step::Preparing);
        let blobs = self.blobs.get(id).map_or(&[][..], Vec::as_slice);
        for blob in blobs {
            if self.session.holds(blob.digest)? {
                report(Step::OnRegistry);
                return Ok(blob.descriptor());
            }
        }
        for blob in blobs {
            if let Some(from) = self.mount(blob) {
                indexes.iter().for_each(|index| self.progress.mounted(*index, from));
                return Ok(blob.descriptor());
            }
        }
        let sent = self.send(id, indexes[0], &report)?;
        report(Step::Pushed);
        Ok(sent)
    }

    /// The other repository of the registry from which it took the blob. Where it takes it from none, for whatever
    /// reason, the layer is sent.
    fn mount<'b>(&self, blob: &'b PushedBlob) -> Option<&'b str> {
        let repositories = blob.repositories.iter();
        let others = repositories.filter(|repository| is_other_in_registry(repository, self.destination));
        let mut names = others.take(MAX_REPOSITORIES).map(|(_, repository)| repository.as_str());
        names.find(|from| self.session.mount(blob.digest, from).unwrap_or(false))
    }

    /// Compresses the layer while it is sent, and caches for the next push where it is.
    fn send(&self, id: &DiffId, index: usize, report: &dyn Fn(Step)) -> Result<Descriptor> {
        let layer = self.store.layer(id)?.context("it is not in the store")?;
        let compression = self.form.compression;
        let total = layer.info.tar_size;
        let mut make = |out: &mut dyn Write| {
            compress::compress(compression, out, |out| {
                let mut tar = ReportingWriter {
                    out,
                    cancel: &self.failed,
                    done: 0,
                    reported: 0,
                    report: &|done| report(Step::Pushing { done, total }),
                };
                write_tar(&layer, &mut tar)
            })
        };
        let sent = self.session.send(index, &mut make, &self.failed)?;
        let repository = (
            self.destination.registry().to_owned(),
            self.destination.repository().to_owned(),
        );
        let blob = CachedBlob {
            digest: sent.digest,
            size: sent.size,
            compression,
            repositories: vec![repository],
        };
        if let Err(error) = self.store.add_pushed_blob(id, blob) {
            self.progress.warn(&format!(
                "layer {id} will be compressed again next time: {}",
                chain(&error)
            ));
        }
        Ok(descriptor(compressed_type(compression), sent.digest, sent.size))
    }
}

/// A tar on its way to be compressed: reports how much was written, and fails when another layer has failed.
struct ReportingWriter<'a> {
    out: &'a mut dyn Write,
    cancel: &'a AtomicBool,
    done: u64,
    reported: u64,
    report: &'a dyn Fn(u64),
}

impl Write for ReportingWriter<'_> {
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
