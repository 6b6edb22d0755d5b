//! Further work in the supervisor's event loop, beside the container's output, input and signals.

use std::os::fd::BorrowedFd;
use std::time::Instant;

/// Handles events of its own while the supervisor waits for the container. Nothing here may block.
pub trait EventHandler {
    /// The descriptors that it wants to read.
    fn readable_fds(&self) -> Vec<BorrowedFd<'_>>;

    /// When it is to be called even if nothing can be read.
    fn deadline(&self) -> Option<Instant>;

    /// Called when one of its descriptors can be read or its deadline has passed. Returns a signal for the container's
    /// first process.
    fn handle(&mut self) -> Option<i32>;

    /// Called when the supervisor forwards this signal to the container's first process.
    fn forwarded(&mut self, number: i32);
}

/// Handles nothing.
impl EventHandler for () {
    fn readable_fds(&self) -> Vec<BorrowedFd<'_>> {
        Vec::new()
    }

    fn deadline(&self) -> Option<Instant> {
        None
    }

    fn handle(&mut self) -> Option<i32> {
        None
    }

    fn forwarded(&mut self, _: i32) {}
}
