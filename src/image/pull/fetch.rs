//! The missing layers are fetched, several at a time.
//!
//! A few workers each take one layer through: claim it, download, verify, inflate, apply, publish. The first error
//! stops all of them, and all threads have ended when [`fetch`] returns. A layer that was published stays: it is
//! complete, the next attempt finds it, and a sweep removes it if there is none. Of a layer that was not published, the
//! compressed bytes that came stay as a [`Partial`], and the next attempt asks for the rest.

use crate::image::layers::unpack::{check_diff_id, skipped_warning, stage};
use crate::image::layers::verify::is_intact;
use crate::image::pull::missing::MissingLayer;
use crate::layer::compression::inflate;
use crate::layer::model::Applied;
use crate::oci::manifest::descriptor_digest;
use crate::progress::{Progress, Step};
use crate::registry::pull::session::PullSession;
use crate::store::Store;
use crate::store::objects::layers::LayerStaging;
use crate::store::objects::partials::Partial;
use crate::store::write::leases::LayerClaim;
use anyhow::{Context, Result, anyhow, ensure};
use std::fs::File;
use std::io::{self, Read};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// Between two looks whether another command has finished a layer. A blocking wait for its lock would outlast an error
/// elsewhere.
const CLAIM_PAUSE: Duration = Duration::from_millis(50);
/// Compressed bytes from which on a layer's download can be resumed: a smaller one is fetched again in less time than
/// that takes.
const MIN_PARTIAL: u64 = 64 << 10;
/// Downloads that broke off so long ago are not resumed any more.
const MAX_PARTIAL_AGE: Duration = Duration::from_secs(14 * 24 * 60 * 60);

/// Brings the missing layers into the store, and ends the session. The caller holds a lease on them.
pub fn fetch(
    store: &Store,
    session: PullSession,
    mut missing: Vec<MissingLayer>,
    single_id: bool,
    progress: &dyn Progress,
) -> Result<()> {
    // Taken from the end, the largest first: a large one that came last would be fetched alone.
    missing.sort_by_key(|layer| layer.descriptor.size());
    store.reap_partials(MAX_PARTIAL_AGE)?;
    // Each worker costs a few MiB of buffers.
    let workers = session.concurrent_downloads().min(missing.len());
    let fetch = Fetch {
        store,
        single_id,
        progress,
        session: Mutex::new(Some(session)),
        queue: Mutex::new(missing),
        failed: AtomicBool::new(false),
        first_error: Mutex::new(None),
    };
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| fetch.work());
        }
    });
    let first_error = fetch.first_error.into_inner();
    first_error.unwrap_or_else(PoisonError::into_inner).map_or(Ok(()), Err)
}

/// What the workers share.
struct Fetch<'a> {
    store: &'a Store,
    single_id: bool,
    progress: &'a dyn Progress,
    /// None once something failed: dropping it ends the transfers that other workers wait for.
    session: Mutex<Option<PullSession>>,
    queue: Mutex<Vec<MissingLayer>>,
    failed: AtomicBool,
    first_error: Mutex<Option<anyhow::Error>>,
}

impl Fetch<'_> {
    /// One worker: layer after layer, until the queue is empty or something failed.
    fn work(&self) {
        while let Some(layer) = self.next() {
            if self.failed.load(Ordering::Relaxed) {
                return;
            }
            let digest = layer.descriptor.digest();
            if let Err(error) = self.fetch_layer(&layer).with_context(|| format!("layer {digest}")) {
                lock(&self.first_error).get_or_insert(error);
                self.failed.store(true, Ordering::Relaxed);
                lock(&self.session).take();
                return;
            }
        }
    }

    /// In a function of its own, so that the queue is unlocked before the layer is worked on.
    fn next(&self) -> Option<MissingLayer> {
        lock(&self.queue).pop()
    }

    /// Takes one layer from the registry into the store.
    fn fetch_layer(&self, layer: &MissingLayer) -> Result<()> {
        let _claim = self.claim(layer)?;
        // Another command may have brought it meanwhile.
        if is_intact(self.store, &layer.diff_id)? {
            self.report(layer, Step::Exists);
            return Ok(());
        }
        let partial = self.partial(layer)?;
        let (staging, applied) = match &partial {
            Some(partial) => self.stage_resumed(layer, partial)?,
            None => self.stage_download(layer, None, &AtomicBool::default())?,
        };
        staging.publish(&self.store.lock_use()?, &applied, false)?;
        partial.map_or(Ok(()), |partial| partial.discard())?;
        if let Some(warning) = skipped_warning(&applied.skipped) {
            let digest = layer.descriptor.digest();
            self.progress.warn(&format!("layer {digest}: {warning}"));
        }
        self.report(layer, Step::Complete);
        Ok(())
    }

    /// Claims the layer for this command. While another command has the claim, it fetches the layer, which is then
    /// found.
    fn claim(&self, layer: &MissingLayer) -> Result<LayerClaim> {
        loop {
            if let Some(claim) = self.store.try_claim_layer(&layer.diff_id)? {
                return Ok(claim);
            }
            ensure!(!self.failed.load(Ordering::Relaxed), "cancelled");
            thread::sleep(CLAIM_PAUSE);
        }
    }

    /// The first bytes of the layer's blob, from a download that broke off; none for a layer that is too small to
    /// resume.
    fn partial(&self, layer: &MissingLayer) -> Result<Option<Partial>> {
        if layer.descriptor.size() < MIN_PARTIAL {
            return Ok(None);
        }
        self.store.partial(&descriptor_digest(&layer.descriptor)?)
    }

    /// Stages the layer, going on from the partial and adding to it. Where the partial's bytes prove wrong, which is
    /// known at the blob's end only, all of it is fetched again.
    fn stage_resumed(&self, layer: &MissingLayer, partial: &Partial) -> Result<(LayerStaging, Applied)> {
        let resumed = partial.size()? > 0;
        let verified = AtomicBool::new(false);
        let mut staged = self.stage_download(layer, Some(partial.file()?), &verified);
        // A partial that proved wrong was emptied.
        if staged.is_err() && resumed && partial.size()? == 0 && !self.failed.load(Ordering::Relaxed) {
            staged = self.stage_download(layer, Some(partial.file()?), &verified);
        }
        // The right bytes, which are no layer, are of no use. Where only this machine failed they are.
        if let Err(error) = &staged
            && verified.load(Ordering::Relaxed)
            && !inflate::is_local(error)
        {
            partial.discard()?;
        }
        staged
    }

    /// Downloads and unpacks the layer into staging. Sets `verified` when its compressed bytes are verified.
    fn stage_download(
        &self,
        layer: &MissingLayer,
        partial: Option<File>,
        verified: &AtomicBool,
    ) -> Result<(LayerStaging, Applied)> {
        let blob = match lock(&self.session).as_ref() {
            Some(session) => session.blob(&layer.descriptor, layer.indexes[0], partial)?,
            None => return Err(anyhow!("cancelled")),
        };
        let at_end = || {
            verified.store(true, Ordering::Relaxed);
            self.report_downloaded(layer);
        };
        let ended = false;
        let blob = EndNotifier { blob, ended, at_end };
        let (staging, applied) = stage(self.store, Box::new(blob), self.single_id, &self.failed)?;
        check_diff_id(&applied, &layer.diff_id)?;
        Ok((staging, applied))
    }

    fn report(&self, layer: &MissingLayer, step: Step) {
        for index in &layer.indexes {
            self.progress.step(*index, step);
        }
    }

    /// Inflating and applying keep pace with the download: when it ends, little is left.
    fn report_downloaded(&self, layer: &MissingLayer) {
        let total = layer.descriptor.size();
        self.report(layer, Step::Verifying);
        self.report(layer, Step::Extracting { done: total, total });
    }
}

/// Locks even after a worker panicked: each of these values is replaced in one step, so none is half changed.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A blob that calls `at_end` once when its last byte has been read.
struct EndNotifier<F> {
    blob: Box<dyn Read + Send>,
    ended: bool,
    at_end: F,
}

impl<F: Fn()> Read for EndNotifier<F> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.blob.read(buffer)?;
        if n == 0 && !buffer.is_empty() && !self.ended {
            self.ended = true;
            (self.at_end)();
        }
        Ok(n)
    }
}
