//! A blob on its way out: written by a thread that makes it, taken by the request that sends it, and never in memory as a whole.
//!
//! It is hashed as it passes, in the thread that makes it: nobody knows a blob's digest before it has been made.

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

/// Bytes that are sent at a time, and how many such pieces may wait.
const PIECE: usize = 128 << 10;
const QUEUE: usize = 8;

/// Makes both ends.
pub fn pipe() -> (Feed, Outgoing) {
    let (sender, receiver) = channel(QUEUE);
    let taken = Arc::new(AtomicU64::new(0));
    let feed = Feed {
        sender,
        piece: Vec::with_capacity(PIECE),
        hasher: Hasher::default(),
        size: 0,
        gone: false,
    };
    (feed, Outgoing { receiver, taken })
}

/// The end that is written.
pub struct Feed {
    sender: Sender<Bytes>,
    piece: Vec<u8>,
    hasher: Hasher,
    size: u64,
    gone: bool,
}

/// What went through a feed.
pub struct Passed {
    pub digest: Digest,
    pub size: u64,
    /// The request ended before the blob did: it has failed, whatever it answers.
    pub gone: bool,
}

impl Feed {
    /// The request has ended: whatever stops the maker now, that is why.
    pub fn is_gone(&self) -> bool {
        self.gone
    }

    /// Ends the blob.
    pub fn finish(mut self) -> Passed {
        // Whether that went well is in `gone`.
        let _ = self.flush();
        Passed {
            digest: self.hasher.finish(),
            size: self.size,
            gone: self.gone,
        }
    }
}

impl Write for Feed {
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
            self.gone = true;
            io::Error::new(io::ErrorKind::BrokenPipe, "the upload has ended")
        })
    }
}

/// The end that is sent.
pub struct Outgoing {
    receiver: Receiver<Bytes>,
    taken: Arc<AtomicU64>,
}

impl Outgoing {
    /// Counts the pieces that the connection has taken.
    pub fn taken(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.taken)
    }
}

impl http_body::Body for Outgoing {
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
