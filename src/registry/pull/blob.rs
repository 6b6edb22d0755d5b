//! The reading end of a blob's transfer: verifies size and digest, and keeps the bytes that have come in the resume
//! file.

use crate::oci::digest::{Digest, Hasher};
use crate::progress::{Progress, Step};
use crate::registry::errors::Error;
use crate::registry::pull::queue::ByteReceiver;
use crate::registry::pull::resume::ResumeFile;
use bytes::{Buf, Bytes};
use std::io::{self, Read};
use std::sync::Arc;
use tokio::task::AbortHandle;

/// Bytes between two reports.
const REPORT: u64 = 256 << 10;

/// The blob to transfer.
#[derive(Debug, Clone)]
pub struct BlobRequest {
    pub registry: String,
    pub digest: Digest,
    pub size: u64,
    /// Its layer's index in the progress reports.
    pub index: usize,
}

/// Reads a blob while it is transferred. Counts and hashes: it returns its end only where size and digest are those of
/// the descriptor. A wrong digest takes precedence over a wrong size and any other error at the end, as in umoci's
/// `VerifiedReadCloser`. Hashing happens here, in the reader's thread, so that several layers are hashed in parallel.
pub struct BlobReader {
    request: BlobRequest,
    receiver: ByteReceiver,
    task: AbortHandle,
    progress: Arc<dyn Progress>,
    resume: Option<ResumeFile>,
    piece: Bytes,
    hasher: Option<Hasher>,
    done: u64,
    reported: u64,
    failed: Option<Error>,
}

impl BlobReader {
    /// `task` sends the bytes after those in `resume` to the other end of `receiver`; it is aborted with the reader.
    pub fn new(
        request: BlobRequest,
        resume: Option<ResumeFile>,
        receiver: ByteReceiver,
        task: AbortHandle,
        progress: Arc<dyn Progress>,
    ) -> BlobReader {
        BlobReader {
            request,
            receiver,
            task,
            progress,
            resume,
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
            if let Some(resume) = self.resume.as_mut().filter(|resume| resume.unread() > 0) {
                let piece = resume.read_next();
                let digest = self.request.digest;
                self.accept(piece.map_err(|error| Error::resume_file(digest, &error))?);
                continue;
            }
            // Nothing is waiting, so there is time to write what has come.
            let resume = self.resume.as_mut();
            match self.receiver.receive(|| resume.map_or((), ResumeFile::flush)) {
                Some(Ok(piece)) => {
                    if let Some(resume) = &mut self.resume {
                        resume.append(piece.clone());
                    }
                    self.accept(piece);
                }
                Some(Err(error)) if self.done == self.request.size => return self.verify().and(Err(error)),
                Some(Err(error)) => return Err(error),
                None if self.done == self.request.size => return self.verify().map(|()| false),
                None => return Err(Error::Abandoned(self.request.digest)),
            }
        }
        Ok(true)
    }

    fn accept(&mut self, piece: Bytes) {
        if let Some(hasher) = &mut self.hasher {
            hasher.update(&piece);
        }
        self.done += piece.len() as u64;
        self.piece = piece;
        self.report();
    }

    fn verify(&mut self) -> Result<(), Error> {
        let actual = self.hasher.take().unwrap_or_default().finish();
        match actual == self.request.digest {
            true => Ok(()),
            false => Err(Error::DigestMismatch {
                registry: self.request.registry.clone(),
                expected: self.request.digest,
                actual,
            }),
        }
    }

    /// Keeps what is worth resuming after an error.
    fn keep_after(&mut self, error: &Error) {
        if let Some(resume) = &mut self.resume {
            match error {
                Error::DigestMismatch { .. } | Error::ResumeFile { .. } => resume.clear(),
                _ => resume.flush(),
            }
        }
    }

    fn report(&mut self) {
        if self.done - self.reported >= REPORT || self.done == self.request.size {
            self.reported = self.done;
            let (done, total) = (self.done, self.request.size);
            self.progress
                .step(self.request.index, Step::Downloading { done, total });
        }
    }
}

impl Read for BlobReader {
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
                self.keep_after(&error);
                self.failed = Some(error.clone());
                Err(io::Error::other(error))
            }
        }
    }
}

impl Drop for BlobReader {
    fn drop(&mut self) {
        self.task.abort();
        // After the verification, bytes that are not in the file yet are not worth a write.
        if let Some(resume) = self.resume.as_mut().filter(|_| self.hasher.is_some()) {
            resume.flush();
        }
    }
}
