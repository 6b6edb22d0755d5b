//! The reading end of a blob's transfer: blocking, bounded, and trusting nothing.

use crate::oci::digest::{Digest, Hasher};
use crate::progress::{Progress, Step};
use crate::registry::errors::Error;
use crate::registry::pull::queue::Inlet;
use crate::registry::pull::resume::Keep;
use bytes::{Buf, Bytes};
use std::io::{self, Read};
use std::sync::Arc;
use tokio::task::AbortHandle;

/// Bytes between two reports.
const REPORT: u64 = 256 << 10;

/// What is transferred.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub registry: String,
    pub digest: Digest,
    pub size: u64,
    /// Which layer it is in the progress reports.
    pub index: usize,
}

/// Reads a blob while it is transferred. Counts and hashes; ends well only where size and digest are what the descriptor promised.
/// A wrong digest outranks a wrong size and anything else that is found at the end (umoci's `VerifiedReadCloser` is the model).
/// Hashing happens here, in the reader's thread, so that several layers are hashed in parallel.
pub struct Blob {
    wanted: Wanted,
    inlet: Inlet,
    task: AbortHandle,
    progress: Arc<dyn Progress>,
    keep: Option<Keep>,
    piece: Bytes,
    hasher: Option<Hasher>,
    done: u64,
    reported: u64,
    failed: Option<Error>,
}

impl Blob {
    /// `task` feeds the other end, from where `keep` ends, and is ended with the reader.
    pub fn new(
        wanted: Wanted,
        keep: Option<Keep>,
        inlet: Inlet,
        task: AbortHandle,
        progress: Arc<dyn Progress>,
    ) -> Blob {
        Blob {
            wanted,
            inlet,
            task,
            progress,
            keep,
            piece: Bytes::new(),
            hasher: Some(Hasher::default()),
            done: 0,
            reported: 0,
            failed: None,
        }
    }

    /// Waits for the next piece; false at the blob's verified end.
    fn advance(&mut self) -> Result<bool, Error> {
        while self.piece.is_empty() {
            if self.hasher.is_none() {
                return Ok(false);
            }
            if let Some(keep) = self.keep.as_mut().filter(|keep| keep.left() > 0) {
                let piece = keep.next();
                let digest = self.wanted.digest;
                self.take(piece.map_err(|error| Error::kept(digest, &error))?);
                continue;
            }
            // While nothing comes there is time to write down what has come.
            let keep = self.keep.as_mut();
            match self.inlet.receive(|| keep.map_or((), Keep::flush)) {
                Some(Ok(piece)) => {
                    if let Some(keep) = &mut self.keep {
                        keep.add(piece.clone());
                    }
                    self.take(piece);
                }
                Some(Err(error)) if self.done == self.wanted.size => return self.verify().and(Err(error)),
                Some(Err(error)) => return Err(error),
                None if self.done == self.wanted.size => return self.verify().map(|()| false),
                None => return Err(Error::Abandoned(self.wanted.digest)),
            }
        }
        Ok(true)
    }

    fn take(&mut self, piece: Bytes) {
        if let Some(hasher) = &mut self.hasher {
            hasher.update(&piece);
        }
        self.done += piece.len() as u64;
        self.piece = piece;
        self.report();
    }

    fn verify(&mut self) -> Result<(), Error> {
        let actual = self.hasher.take().unwrap_or_default().finish();
        match actual == self.wanted.digest {
            true => Ok(()),
            false => Err(Error::DigestMismatch {
                registry: self.wanted.registry.clone(),
                expected: self.wanted.digest,
                actual,
            }),
        }
    }

    /// What of the blob is worth keeping after an error.
    fn settle(&mut self, error: &Error) {
        if let Some(keep) = &mut self.keep {
            match error {
                Error::DigestMismatch { .. } | Error::Kept { .. } => keep.clear(),
                _ => keep.flush(),
            }
        }
    }

    fn report(&mut self) {
        if self.done - self.reported >= REPORT || self.done == self.wanted.size {
            self.reported = self.done;
            let (done, total) = (self.done, self.wanted.size);
            self.progress.step(self.wanted.index, Step::Downloading { done, total });
        }
    }
}

impl Read for Blob {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        if let Some(error) = &self.failed {
            return Err(io::Error::other(error.clone()));
        }
        match self.advance() {
            Ok(false) => Ok(0),
            Ok(true) => {
                let count = buffer.len().min(self.piece.len());
                self.piece.copy_to_slice(&mut buffer[..count]);
                Ok(count)
            }
            Err(error) => {
                self.settle(&error);
                self.failed = Some(error.clone());
                Err(io::Error::other(error))
            }
        }
    }
}

impl Drop for Blob {
    fn drop(&mut self) {
        self.task.abort();
        // Of a verified blob enough is kept without its last bytes.
        if let Some(keep) = self.keep.as_mut().filter(|_| self.hasher.is_some()) {
            keep.flush();
        }
    }
}
