//! The reading end of a blob's transfer: blocking, bounded, and trusting nothing.

use super::error::Error;
use super::keep::Keep;
use crate::oci::{Digest, Hasher};
use crate::progress::{Progress, Step};
use bytes::{Buf, Bytes};
use std::io::{self, Read};
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::AbortHandle;

/// Bytes of one blob that may wait to be read.
const QUEUE: usize = 2 << 20;
/// Bytes between two reports.
const REPORT: u64 = 256 << 10;

/// What is transferred.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub(super) registry: String,
    pub(super) digest: Digest,
    pub(super) size: u64,
    /// Which layer it is in the progress reports.
    pub(super) index: usize,
}

/// The writing end, in the worker's thread.
pub(super) struct Outlet {
    channel: UnboundedSender<Result<Bytes, Error>>,
    room: Arc<Semaphore>,
}

/// Makes both ends. The queue is bounded by bytes, not by pieces, because pieces are of any size: HTTP/2 gives 16 KiB at a time.
pub(super) fn queue() -> (Outlet, Inlet) {
    let (channel, receiver) = unbounded_channel();
    let room = Arc::new(Semaphore::new(QUEUE));
    let outlet = Outlet {
        channel,
        room: Arc::clone(&room),
    };
    (outlet, Inlet { receiver, room })
}

impl Outlet {
    /// Waits until there is room. An error means that nobody reads any more.
    pub(super) async fn send(&self, bytes: Bytes) -> Result<(), Gone> {
        let room = self.room.acquire_many(charge(&bytes)).await.map_err(|_| Gone)?;
        room.forget();
        self.channel.send(Ok(bytes)).map_err(|_| Gone)
    }

    /// Ends the blob with an error.
    pub(super) fn fail(&self, error: Error) {
        // Nobody may be reading any more.
        let _ = self.channel.send(Err(error));
    }
}

/// The reader is gone.
pub(super) struct Gone;

/// What a piece takes of the queue's room.
fn charge(bytes: &Bytes) -> u32 {
    bytes.len().min(QUEUE) as u32
}

/// The receiving end of the queue.
pub(super) struct Inlet {
    receiver: UnboundedReceiver<Result<Bytes, Error>>,
    room: Arc<Semaphore>,
}

impl Inlet {
    /// What comes next; before it waits, what has come is kept.
    fn receive(&mut self, keep: Option<&mut Keep>) -> Option<Result<Bytes, Error>> {
        match self.receiver.try_recv() {
            Ok(piece) => Some(piece),
            Err(TryRecvError::Disconnected) => None,
            Err(TryRecvError::Empty) => {
                if let Some(keep) = keep {
                    keep.flush();
                }
                self.receiver.blocking_recv()
            }
        }
    }
}

/// Reads a blob while it is transferred. Counts and hashes; ends well only where size and digest are what the descriptor promised.
/// A wrong digest outranks a wrong size and anything else that is found at the end (umoci's `VerifiedReadCloser` is the model).
/// Hashing happens here, in the reader's thread, so that several layers are hashed in parallel.
pub(super) struct Blob {
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
    pub(super) fn new(
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
            match self.inlet.receive(self.keep.as_mut()) {
                Some(Ok(piece)) => {
                    self.inlet.room.add_permits(charge(&piece) as usize);
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
