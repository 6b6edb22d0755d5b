//! Waiting for whichever of several descriptors is ready first.

use anyhow::{Context, Result};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use std::os::fd::BorrowedFd;

/// Waits until something is ready, or failed, or a signal came in between; returns what it is, in the order given.
pub fn ready<S: Copy>(fds: &[(S, BorrowedFd, PollFlags)]) -> Result<Vec<S>> {
    let mut polled: Vec<PollFd> = fds
        .iter()
        .map(|(_, fd, flags)| PollFd::from_borrowed_fd(*fd, *flags))
        .collect();
    match poll(&mut polled, None) {
        Err(Errno::INTR) => return Ok(Vec::new()),
        result => result.context("waiting for the container")?,
    };
    let ready = fds
        .iter()
        .zip(&polled)
        .filter(|(_, polled)| !polled.revents().is_empty());
    Ok(ready.map(|((source, ..), _)| *source).collect())
}
