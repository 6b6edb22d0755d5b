//! The layers that are missing, fetched side by side.
//!
//! A few workers each take one layer through: claim it, download, verify, inflate, apply, publish. The first error
//! stops all of them, and all threads have ended when [`fetch`] returns. A layer that was published stays: it is whole,
//! the next attempt finds it, and a sweep takes it if there is none. Of a layer that was not, the compressed bytes that
//! came stay as a [`Partial`], and the next attempt asks for the rest.

use crate::image::layers::unpack::{expect, stage};
use crate::image::layers::verify::held;
use crate::image::pull::missing::Missing;
use crate::layer::compression::inflate;
use crate::layer::model::{Applied, Skipped};
use crate::oci::manifest::descriptor_digest;
use crate::progress::{Progress, Step};
use crate::registry::pull::session::PullSession;
use crate::store::Store;
use crate::store::objects::partials::Partial;
use crate::store::write::leases::LayerClaim;
use crate::store::write::staging::LayerStaging;
use anyhow::{Context, anyhow, ensure};
use std::fs::File;
use std::io::{self, Read};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// Between two looks whether another command has done with a layer. Waiting for its lock would outlast an error elsewhere.
const CLAIM_PAUSE: Duration = Duration::from_millis(50);
/// Compressed bytes from which on a layer is kept while it comes: a smaller one is here again before it was looked for.
const WORTH_KEEPING: u64 = 64 << 10;
/// Nobody goes on with a download that broke off so long ago.
const FORGOTTEN: Duration = Duration::from_secs(14 * 24 * 60 * 60);

/// Brings the missing layers into the store, and ends the session. The caller holds a lease on them.
pub fn fetch(
    store: &Store,
    session: PullSession,
    mut missing: Vec<Missing>,
    single_id: bool,
    progress: &dyn Progress,
) -> anyhow::Result<()> {
    // The largest first: it does not run on alone when all others are done. Taken from the end.
    missing.sort_by_key(|layer| layer.descriptor.size());
    store.reap_partials(FORGOTTEN)?;
    // Each costs a few MiB of buffers.
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
    fetch
        .first_error
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner)
        .map_or(Ok(()), Err)
}

/// What the workers share.
struct Fetch<'a> {
    store: &'a Store,
    single_id: bool,
    progress: &'a dyn Progress,
    /// None once something failed: dropping it ends the transfers that others wait for.
    session: Mutex<Option<PullSession>>,
    queue: Mutex<Vec<Missing>>,
    failed: AtomicBool,
    first_error: Mutex<Option<anyhow::Error>>,
}

impl Fetch<'_> {
    fn work(&self) {
        while let Some(layer) = self.next() {
            if self.failed.load(Ordering::Relaxed) {
                return;
            }
            let name = layer.descriptor.digest();
            if let Err(error) = self.layer(&layer).with_context(|| format!("layer {name}")) {
                lock(&self.first_error).get_or_insert(error);
                self.failed.store(true, Ordering::Relaxed);
                lock(&self.session).take();
                return;
            }
        }
    }

    /// In a function of its own, so that the queue's lock is let go before the layer is worked on.
    fn next(&self) -> Option<Missing> {
        lock(&self.queue).pop()
    }

    /// Takes one layer all the way through.
    fn layer(&self, layer: &Missing) -> anyhow::Result<()> {
        let _claim = self.claim(layer)?;
        if held(self.store, &layer.diff_id)? {
            self.report(layer, Step::Exists);
            return Ok(());
        }
        let partial = self.partial(layer)?;
        let (staging, applied) = match &partial {
            Some(partial) => self.kept(layer, partial)?,
            None => self.staged(layer, None, &AtomicBool::default())?,
        };
        staging.publish(&self.store.lock_use()?, &applied, false)?;
        partial.map_or(Ok(()), |partial| partial.discard())?;
        if let Some(warning) = skipped(&applied.skipped) {
            self.progress
                .warn(&format!("layer {}: {warning}", layer.descriptor.digest()));
        }
        self.report(layer, Step::Complete);
        Ok(())
    }

    /// What is there of the layer's blob, where it is worth keeping.
    fn partial(&self, layer: &Missing) -> anyhow::Result<Option<Partial>> {
        if layer.descriptor.size() < WORTH_KEEPING {
            return Ok(None);
        }
        self.store.partial(&descriptor_digest(&layer.descriptor)?)
    }

    /// Stages the layer, going on from what was kept and keeping what comes. Where what was kept proves wrong, which is
    /// known at the blob's end only, all of it is fetched again.
    fn kept(&self, layer: &Missing, partial: &Partial) -> anyhow::Result<(LayerStaging, Applied)> {
        let resumed = partial.size()? > 0;
        let verified = AtomicBool::new(false);
        let mut staged = self.staged(layer, Some(partial.file()?), &verified);
        if staged.is_err() && resumed && partial.size()? == 0 && !self.failed.load(Ordering::Relaxed) {
            staged = self.staged(layer, Some(partial.file()?), &verified);
        }
        // The right bytes, and no layer: they are of no use. Where only this machine failed they are.
        if let Err(error) = &staged
            && verified.load(Ordering::Relaxed)
            && !inflate::is_local(error)
        {
            partial.discard()?;
        }
        staged
    }

    /// Downloads and unpacks the layer into staging. Sets `verified` when its compressed bytes are proved.
    fn staged(
        &self,
        layer: &Missing,
        partial: Option<File>,
        verified: &AtomicBool,
    ) -> anyhow::Result<(LayerStaging, Applied)> {
        let blob = lock(&self.session).as_ref().ok_or_else(|| anyhow!("cancelled"))?.blob(
            &layer.descriptor,
            layer.places[0],
            partial,
        )?;
        let at_end = || {
            verified.store(true, Ordering::Relaxed);
            self.report_end(layer);
        };
        let ended = false;
        let blob = Watched { blob, ended, at_end };
        let (staging, applied) = stage(self.store, Box::new(blob), self.single_id, &self.failed)?;
        expect(&applied, &layer.diff_id)?;
        Ok((staging, applied))
    }

    /// Waits while another command fetches the layer, which is then found.
    fn claim(&self, layer: &Missing) -> anyhow::Result<LayerClaim> {
        loop {
            if let Some(claim) = self.store.try_claim_layer(&layer.diff_id)? {
                return Ok(claim);
            }
            ensure!(!self.failed.load(Ordering::Relaxed), "cancelled");
            thread::sleep(CLAIM_PAUSE);
        }
    }

    fn report(&self, layer: &Missing, step: Step) {
        for place in &layer.places {
            self.progress.step(*place, step);
        }
    }

    /// Inflating and applying keep pace with the download: when it ends, little is left.
    fn report_end(&self, layer: &Missing) {
        let total = layer.descriptor.size();
        self.report(layer, Step::Verifying);
        self.report(layer, Step::Extracting { done: total, total });
    }
}

/// What one worker's panic leaves behind is as good as before: each of these is replaced in one step.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What to tell of a layer's entries that could not be made.
pub fn skipped(skipped: &Skipped) -> Option<String> {
    let (path, why) = skipped.first.first()?;
    let others = match skipped.count {
        0 | 1 => String::new(),
        2 => " and one other".into(),
        count => format!(" and {} others", count - 1),
    };
    // Debug formatting: a path can hold anything.
    Some(format!("left out {path:?} ({why}){others}"))
}

/// A blob that says once when its last byte has been read.
struct Watched<F> {
    blob: Box<dyn Read + Send>,
    ended: bool,
    at_end: F,
}

impl<F: Fn()> Read for Watched<F> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.blob.read(buffer)?;
        if n == 0 && !buffer.is_empty() && !self.ended {
            self.ended = true;
            (self.at_end)();
        }
        Ok(n)
    }
}
