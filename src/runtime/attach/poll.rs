//! Waiting for whichever of several descriptors is ready first.

use anyhow::{Context, Result};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use std::os::fd::BorrowedFd;
use std::time::Instant;

/// Waits until something is ready, or failed, or a signal came in between, or the deadline; returns what it is, in the order given.
pub fn ready<S: Copy>(fds: &[(S, BorrowedFd, PollFlags)], deadline: Option<Instant>) -> Result<Vec<S>> {
    let mut polled: Vec<PollFd> = fds
        .iter()
        .map(|(_, fd, flags)| PollFd::from_borrowed_fd(*fd, *flags))
        .collect();
    let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
    // One that is too far away for the kernel does not come.
    let timeout = left.and_then(|left| Timespec::try_from(left).ok());
    match poll(&mut polled, timeout.as_ref()) {
        Err(Errno::INTR) => return Ok(Vec::new()),
        result => result.context("waiting for the container")?,
    };
    let ready = fds
        .iter()
        .zip(&polled)
        .filter(|(_, polled)| !polled.revents().is_empty());
    Ok(ready.map(|((source, ..), _)| *source).collect())
}
