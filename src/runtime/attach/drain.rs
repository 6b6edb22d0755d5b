//! Reads what the container writes and passes it on to the attached clients and the sink.

use crate::runtime::attach::protocol::CHUNK;
use crate::runtime::attach::server::AttachServer;
use crate::runtime::attach::streams::{Sink, Stream};
use rustix::io::{Errno, ioctl_fionread};
use std::os::fd::OwnedFd;

/// More than the buffer of a terminal holds (drivers/tty/pty.c).
const TERMINAL_BUFFER: usize = 64 << 10;

/// What [`pass_on`] has read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passed {
    /// So many bytes.
    Bytes(usize),
    /// Nothing, for now.
    Nothing,
    /// The end: nothing more will come.
    End,
}

/// Passes on what can be read now, up to one chunk.
pub fn pass_on(fd: &OwnedFd, stream: Stream, clients: &mut AttachServer, sink: &mut Sink) -> Passed {
    pass_on_up_to(fd, stream, CHUNK, clients, sink)
}

/// Passes on what can be read at the time of the call, and nothing that is written later: a process that outlives the
/// container's first one (with `--pid host`, or started by `exec`) can go on writing for ever.
pub fn pass_on_rest(fd: &OwnedFd, stream: Stream, is_terminal: bool, clients: &mut AttachServer, sink: &mut Sink) {
    let mut left = match is_terminal {
        // FIONREAD of a terminal does not count what is still on the way through the line discipline.
        true => TERMINAL_BUFFER,
        false => ioctl_fionread(fd).map_or(0, |bytes| bytes as usize),
    };
    while left > 0
        && let Passed::Bytes(length) = pass_on_up_to(fd, stream, left, clients, sink)
    {
        left -= length;
    }
}

fn pass_on_up_to(fd: &OwnedFd, stream: Stream, most: usize, clients: &mut AttachServer, sink: &mut Sink) -> Passed {
    let mut buffer = [0; CHUNK];
    match rustix::io::read(fd, &mut buffer[..most.min(CHUNK)]) {
        Err(Errno::AGAIN | Errno::INTR) => Passed::Nothing,
        Ok(0) | Err(_) => Passed::End,
        Ok(length) => {
            sink(stream, &buffer[..length]);
            clients.broadcast(stream, &buffer[..length]);
            Passed::Bytes(length)
        }
    }
}
