//! The queue of bytes between the worker's thread, which receives them, and a reader: bounded, and blocking at the
//! reader's end only.

use crate::registry::errors::Error;
use bytes::Bytes;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Bytes that may wait in the queue.
const CAPACITY: usize = 2 << 20;

/// The writing end, in the worker's thread.
pub struct ByteSender {
    channel: UnboundedSender<Result<Bytes, Error>>,
    room: Arc<Semaphore>,
}

/// The reading end.
pub struct ByteReceiver {
    channel: UnboundedReceiver<Result<Bytes, Error>>,
    room: Arc<Semaphore>,
}

/// The reader was dropped.
pub struct ReaderGone;

/// Makes both ends. The queue is bounded by bytes, not by pieces, since pieces have any size: HTTP/2 delivers 16 KiB at
/// a time.
pub fn byte_queue() -> (ByteSender, ByteReceiver) {
    let (sender, receiver) = unbounded_channel();
    let room = Arc::new(Semaphore::new(CAPACITY));
    let sender = ByteSender {
        channel: sender,
        room: Arc::clone(&room),
    };
    let receiver = ByteReceiver {
        channel: receiver,
        room,
    };
    (sender, receiver)
}

impl ByteSender {
    /// Waits until there is room, and appends the bytes.
    pub async fn send(&self, bytes: Bytes) -> Result<(), ReaderGone> {
        let room = self.room.acquire_many(charge(&bytes)).await.map_err(|_| ReaderGone)?;
        room.forget();
        self.channel.send(Ok(bytes)).map_err(|_| ReaderGone)
    }

    /// Ends the queue with an error.
    pub fn fail(&self, error: Error) {
        // An error means that nobody reads any more.
        let _ = self.channel.send(Err(error));
    }
}

impl ByteReceiver {
    /// Returns the next bytes or the error; `None` where the sender was dropped. Calls `idle` before it blocks.
    pub fn receive(&mut self, idle: impl FnOnce()) -> Option<Result<Bytes, Error>> {
        let next = match self.channel.try_recv() {
            Ok(next) => Some(next),
            Err(TryRecvError::Disconnected) => None,
            Err(TryRecvError::Empty) => {
                idle();
                self.channel.blocking_recv()
            }
        };
        if let Some(Ok(piece)) = &next {
            self.room.add_permits(charge(piece) as usize);
        }
        next
    }
}

/// The part of the capacity that a piece takes: at most all of it, so that a larger piece does not wait for ever.
fn charge(bytes: &Bytes) -> u32 {
    bytes.len().min(CAPACITY) as u32
}
