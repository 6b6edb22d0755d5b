//! poll(2) with a token for each descriptor.

use anyhow::{Context, Result};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use std::os::fd::BorrowedFd;
use std::time::Instant;

/// Waits until one of `fds` is ready or has failed, a signal interrupts the wait, or `deadline` passes. Returns the
/// tokens of the ready ones, in the order given.
pub fn ready<T: Copy>(fds: &[(T, BorrowedFd, PollFlags)], deadline: Option<Instant>) -> Result<Vec<T>> {
    let mut polled: Vec<PollFd> = fds
        .iter()
        .map(|(_, fd, flags)| PollFd::from_borrowed_fd(*fd, *flags))
        .collect();
    let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
    // A deadline that does not fit into a timespec is never reached.
    let timeout = left.and_then(|left| Timespec::try_from(left).ok());
    match poll(&mut polled, timeout.as_ref()) {
        Err(Errno::INTR) => return Ok(Vec::new()),
        result => result.context("waiting for the container")?,
    };
    let ready = fds
        .iter()
        .zip(&polled)
        .filter(|(_, polled)| !polled.revents().is_empty());
    Ok(ready.map(|((token, ..), _)| *token).collect())
}
