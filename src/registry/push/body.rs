//! The body of an upload: one thread writes the blob, the request sends it meanwhile, and it is never in memory as a
//! whole.
//!
//! It is hashed by the thread that writes it: a blob's digest is known only when it has been made.

use crate::oci::digest::{Digest, Hasher};
use bytes::Bytes;
use http_body::Frame;
use std::convert::Infallible;
use std::io::{self, Write};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// Bytes of a piece, and how many pieces may wait.
const PIECE: usize = 128 << 10;
const QUEUE: usize = 8;

/// Makes both ends.
pub fn upload_body() -> (UploadWriter, UploadBody) {
    let (sender, receiver) = channel(QUEUE);
    let taken = Arc::new(AtomicU64::new(0));
    let writer = UploadWriter {
        sender,
        piece: Vec::with_capacity(PIECE),
        hasher: Hasher::default(),
        size: 0,
        ended: false,
    };
    (writer, UploadBody { receiver, taken })
}

/// The end to which the blob is written.
pub struct UploadWriter {
    sender: Sender<Bytes>,
    piece: Vec<u8>,
    hasher: Hasher,
    size: u64,
    /// The request has ended.
    ended: bool,
}

/// What was written to an upload.
pub struct Written {
    pub digest: Digest,
    pub size: u64,
    /// The request ended before the blob did: the upload has failed, whatever the answer says.
    pub cut_short: bool,
}

impl UploadWriter {
    /// Whether the request has ended: then that is why writing fails.
    pub fn has_ended(&self) -> bool {
        self.ended
    }

    /// Ends the blob, and returns its digest and size.
    pub fn finish(mut self) -> Written {
        // An error is told by `cut_short`.
        let _ = self.flush();
        Written {
            digest: self.hasher.finish(),
            size: self.size,
            cut_short: self.ended,
        }
    }
}

impl Write for UploadWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = bytes.len().min(PIECE - self.piece.len());
        self.piece.extend_from_slice(&bytes[..count]);
        if self.piece.len() == PIECE {
            self.flush()?;
        }
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.piece.is_empty() {
            return Ok(());
        }
        let piece = std::mem::replace(&mut self.piece, Vec::with_capacity(PIECE));
        self.hasher.update(&piece);
        self.size += piece.len() as u64;
        self.sender.blocking_send(piece.into()).map_err(|_| {
            self.ended = true;
            io::Error::new(io::ErrorKind::BrokenPipe, "the upload has ended")
        })
    }
}

/// The end that the request sends.
pub struct UploadBody {
    receiver: Receiver<Bytes>,
    taken: Arc<AtomicU64>,
}

impl UploadBody {
    /// Returns the count of pieces that the connection has taken, which grows while the upload makes progress.
    pub fn taken(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.taken)
    }
}

impl http_body::Body for UploadBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let piece = self.receiver.poll_recv(context);
        if piece.is_ready() {
            self.taken.fetch_add(1, Ordering::Relaxed);
        }
        piece.map(|piece| piece.map(|bytes| Ok(Frame::data(bytes))))
    }
}
