//! Who else is to be looked after in the supervisor's one loop while a container runs.

use std::os::fd::BorrowedFd;
use std::time::Instant;

/// Whoever has descriptors and deadlines of its own beside the container's.
pub trait Attendant {
    /// What it waits for: that these can be read.
    fn waits_for(&self) -> Vec<BorrowedFd<'_>>;

    /// When it has something to do even if nothing can be read.
    fn deadline(&self) -> Option<Instant>;

    /// The time has come, or something can be read: does what there is to do, without blocking. Returns a signal for the container's first
    /// process.
    fn attend(&mut self) -> Option<i32>;

    /// This signal is passed on to the container's first process.
    fn passed_on(&mut self, number: i32);
}

/// Nobody.
impl Attendant for () {
    fn waits_for(&self) -> Vec<BorrowedFd<'_>> {
        Vec::new()
    }

    fn deadline(&self) -> Option<Instant> {
        None
    }

    fn attend(&mut self) -> Option<i32> {
        None
    }

    fn passed_on(&mut self, _: i32) {}
}
