//! Reading what the container writes, and passing it on: as it comes, and what is left at the end.

use crate::runtime::attach::protocol::CHUNK;
use crate::runtime::attach::server::Audience;
use crate::runtime::attach::streams::{Sink, Stream};
use rustix::io::{Errno, ioctl_fionread};
use std::os::fd::OwnedFd;

/// More than a terminal holds of what was written to it (drivers/tty/pty.c).
const TERMINAL: usize = 64 << 10;

/// What [`pass_on`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passed {
    /// So many bytes.
    Some(usize),
    /// Nothing, for now.
    None,
    /// Nothing, and nothing will come.
    All,
}

/// Passes on what is there, up to a chunk.
pub fn pass_on(fd: &OwnedFd, stream: Stream, audience: &mut Audience, sink: &mut Sink) -> Passed {
    pass_on_most(fd, stream, CHUNK, audience, sink)
}

/// Passes on what is there when it is called, and nothing that comes later: a process that outlives the container's
/// first one (with `--pid host`, or started by `exec`) can go on writing for ever.
pub fn pass_on_rest(fd: &OwnedFd, stream: Stream, is_terminal: bool, audience: &mut Audience, sink: &mut Sink) {
    let mut left = match is_terminal {
        // What is on its way through a terminal is counted only when it is read.
        true => TERMINAL,
        false => ioctl_fionread(fd).map_or(0, |bytes| bytes as usize),
    };
    while left > 0
        && let Passed::Some(length) = pass_on_most(fd, stream, left, audience, sink)
    {
        left -= length;
    }
}

fn pass_on_most(fd: &OwnedFd, stream: Stream, most: usize, audience: &mut Audience, sink: &mut Sink) -> Passed {
    let mut buffer = [0; CHUNK];
    match rustix::io::read(fd, &mut buffer[..most.min(CHUNK)]) {
        Err(Errno::AGAIN | Errno::INTR) => Passed::None,
        Ok(0) | Err(_) => Passed::All,
        Ok(length) => {
            sink(stream, &buffer[..length]);
            audience.hear(stream, &buffer[..length]);
            Passed::Some(length)
        }
    }
}
