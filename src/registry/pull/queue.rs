//! Between the worker's thread, in which bytes come, and the one that reads them: bounded, and blocking at the reading end only.

use crate::registry::errors::Error;
use bytes::Bytes;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Bytes that may wait to be read.
const QUEUE: usize = 2 << 20;

/// The writing end, in the worker's thread.
pub struct Outlet {
    channel: UnboundedSender<Result<Bytes, Error>>,
    room: Arc<Semaphore>,
}

/// Makes both ends. The queue is bounded by bytes, not by pieces, because pieces are of any size: HTTP/2 gives 16 KiB at a time.
pub fn queue() -> (Outlet, Inlet) {
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
    pub async fn send(&self, bytes: Bytes) -> Result<(), Gone> {
        let room = self.room.acquire_many(charge(&bytes)).await.map_err(|_| Gone)?;
        room.forget();
        self.channel.send(Ok(bytes)).map_err(|_| Gone)
    }

    /// Ends it with an error.
    pub fn fail(&self, error: Error) {
        // Nobody may be reading any more.
        let _ = self.channel.send(Err(error));
    }
}

/// The reader is gone.
pub struct Gone;

/// What a piece takes of the queue's room.
fn charge(bytes: &Bytes) -> u32 {
    bytes.len().min(QUEUE) as u32
}

/// The reading end.
pub struct Inlet {
    receiver: UnboundedReceiver<Result<Bytes, Error>>,
    room: Arc<Semaphore>,
}

impl Inlet {
    /// What comes next, `None` where the outlet is gone; `idle` is called before it waits.
    pub fn receive(&mut self, idle: impl FnOnce()) -> Option<Result<Bytes, Error>> {
        let next = match self.receiver.try_recv() {
            Ok(next) => Some(next),
            Err(TryRecvError::Disconnected) => None,
            Err(TryRecvError::Empty) => {
                idle();
                self.receiver.blocking_recv()
            }
        };
        if let Some(Ok(piece)) = &next {
            self.room.add_permits(charge(piece) as usize);
        }
        next
    }
}
