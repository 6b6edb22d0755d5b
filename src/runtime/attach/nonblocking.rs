//! Writes to this process's standard output or error without waiting for whoever reads it.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{CWD, FileType, Mode, OFlags, fstat, openat};
use rustix::io::Errno;
use rustix::net::{SendFlags, send};
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

/// One of the standard descriptors, and the bytes that it has not taken yet.
#[derive(Debug)]
pub struct NonblockingWriter {
    fd: OwnedFd,
    mode: WriteMode,
    pending: Vec<u8>,
    /// Nobody reads it any more.
    is_closed: bool,
}

/// How a write is kept from blocking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WriteMode {
    /// The open file is `O_NONBLOCK`, or never blocks.
    Plain,
    /// `MSG_DONTWAIT`.
    Socket,
    /// The caller's own open file, which may block: poll(2) comes before each write.
    Polled,
}

impl NonblockingWriter {
    pub fn stdout() -> io::Result<NonblockingWriter> {
        NonblockingWriter::new(io::stdout().as_fd())
    }

    pub fn stderr() -> io::Result<NonblockingWriter> {
        NonblockingWriter::new(io::stderr().as_fd())
    }

    /// `O_NONBLOCK` belongs to the open file, so setting it on the descriptor that we were given would set it for the
    /// shell as well. So a terminal or a pipe is opened once more. A regular file never blocks, and if it were opened
    /// once more it would be written from its start again. Where a second opening fails (another user's file, or a pipe
    /// that nobody reads), each write is preceded by a poll(2).
    fn new(standard: BorrowedFd) -> io::Result<NonblockingWriter> {
        let file_type = FileType::from_raw_mode(fstat(standard)?.st_mode);
        let (fd, mode) = match file_type {
            FileType::CharacterDevice | FileType::Fifo => {
                let path = format!("/proc/self/fd/{}", standard.as_raw_fd());
                let flags = OFlags::WRONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
                match openat(CWD, path, flags, Mode::empty()) {
                    Ok(again) => (again, WriteMode::Plain),
                    Err(_) => (standard.try_clone_to_owned()?, WriteMode::Polled),
                }
            }
            FileType::Socket => (standard.try_clone_to_owned()?, WriteMode::Socket),
            _ => (standard.try_clone_to_owned()?, WriteMode::Plain),
        };
        Ok(NonblockingWriter {
            fd,
            mode,
            pending: Vec::new(),
            is_closed: false,
        })
    }

    /// Writes as much as is taken at once and keeps the rest. Where nobody reads any more, nothing is kept.
    pub fn write(&mut self, bytes: &[u8]) {
        self.pending.extend_from_slice(bytes);
        self.flush();
    }

    /// Writes as much of the pending bytes as is taken at once.
    pub fn flush(&mut self) {
        while !self.pending.is_empty() && !self.is_closed {
            match self.write_some() {
                Ok(length) => drop(self.pending.drain(..length)),
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return,
                Err(_) => self.is_closed = true,
            }
        }
        self.pending.clear();
    }

    fn write_some(&self) -> Result<usize, Errno> {
        match self.mode {
            WriteMode::Plain => rustix::io::write(&self.fd, &self.pending),
            WriteMode::Socket => send(&self.fd, &self.pending, SendFlags::DONTWAIT | SendFlags::NOSIGNAL),
            WriteMode::Polled => {
                let mut fds = [PollFd::new(&self.fd, PollFlags::OUT)];
                if poll(&mut fds, Some(&Timespec::default()))? == 0 {
                    return Err(Errno::AGAIN);
                }
                // A pipe that poll(2) calls writable has room for PIPE_BUF bytes (pipe(7)).
                rustix::io::write(&self.fd, &self.pending[..self.pending.len().min(libc::PIPE_BUF)])
            }
        }
    }

    /// The descriptor to wait for until it can be written, where bytes are pending.
    pub fn blocked(&self) -> Option<BorrowedFd<'_>> {
        (!self.pending.is_empty()).then(|| self.fd.as_fd())
    }

    pub fn is_closed(&self) -> bool {
        self.is_closed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_pipe_of_the_callers_does_not_block() {
        let (reader, pipe) = io::pipe().unwrap();
        let mut writer = NonblockingWriter {
            fd: pipe.into(),
            mode: WriteMode::Polled,
            pending: Vec::new(),
            is_closed: false,
        };
        let bytes: Vec<u8> = (0..1_000_000).map(|at| (at % 251) as u8).collect();
        writer.write(&bytes);
        assert!(writer.blocked().is_some());
        let mut read = Vec::new();
        while read.len() < bytes.len() {
            let mut space = [0; 10_000];
            let length = rustix::io::read(&reader, &mut space).unwrap();
            read.extend_from_slice(&space[..length]);
            writer.flush();
        }
        assert!(read == bytes && writer.blocked().is_none());
        drop(reader);
        writer.write(b"more");
        assert!(writer.is_closed() && writer.blocked().is_none());
    }
}
