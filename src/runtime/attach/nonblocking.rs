//! Our standard output or error, written to without waiting for whoever reads it.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{CWD, FileType, Mode, OFlags, fstat, openat};
use rustix::io::Errno;
use rustix::net::{SendFlags, send};
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

/// One of our standard descriptors, and what it has not taken yet.
#[derive(Debug)]
pub struct Outlet {
    fd: OwnedFd,
    kind: Kind,
    waiting: Vec<u8>,
    /// Nobody reads it any more.
    is_closed: bool,
}

/// How it is written to without waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// It is O_NONBLOCK, or never blocks.
    Plain,
    Socket,
    /// The caller's own open file, which may block.
    Shared,
}

impl Outlet {
    pub fn stdout() -> io::Result<Outlet> {
        Outlet::of(io::stdout().as_fd())
    }

    pub fn stderr() -> io::Result<Outlet> {
        Outlet::of(io::stderr().as_fd())
    }

    /// Setting `O_NONBLOCK` on the descriptor we were given would set it for the shell as well, so a terminal or pipe is opened
    /// once more. A regular file never blocks, and a second opening of it would begin at its start again. Where it
    /// cannot be opened again (it is another user's, or nobody reads the pipe any more) it is asked before each write
    /// whether it takes one.
    fn of(standard: BorrowedFd) -> io::Result<Outlet> {
        let file_type = FileType::from_raw_mode(fstat(standard)?.st_mode);
        let (fd, kind) = match file_type {
            FileType::CharacterDevice | FileType::Fifo => {
                let path = format!("/proc/self/fd/{}", standard.as_raw_fd());
                let flags = OFlags::WRONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
                match openat(CWD, path, flags, Mode::empty()) {
                    Ok(again) => (again, Kind::Plain),
                    Err(_) => (standard.try_clone_to_owned()?, Kind::Shared),
                }
            }
            FileType::Socket => (standard.try_clone_to_owned()?, Kind::Socket),
            _ => (standard.try_clone_to_owned()?, Kind::Plain),
        };
        Ok(Outlet {
            fd,
            kind,
            waiting: Vec::new(),
            is_closed: false,
        })
    }

    /// Writes as much as is taken at once; the rest waits. Nothing waits where nobody reads any more.
    pub fn put(&mut self, bytes: &[u8]) {
        self.waiting.extend_from_slice(bytes);
        self.go_on();
    }

    /// Writes what waits, as far as it is taken.
    pub fn go_on(&mut self) {
        while !self.waiting.is_empty() && !self.is_closed {
            match self.write() {
                Ok(length) => drop(self.waiting.drain(..length)),
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return,
                Err(_) => self.is_closed = true,
            }
        }
        self.waiting.clear();
    }

    /// Writes some of what waits.
    fn write(&self) -> Result<usize, Errno> {
        match self.kind {
            Kind::Plain => rustix::io::write(&self.fd, &self.waiting),
            Kind::Socket => send(&self.fd, &self.waiting, SendFlags::DONTWAIT | SendFlags::NOSIGNAL),
            Kind::Shared => {
                let mut fds = [PollFd::new(&self.fd, PollFlags::OUT)];
                if poll(&mut fds, Some(&Timespec::default()))? == 0 {
                    return Err(Errno::AGAIN);
                }
                // A pipe that is ready has room for as much (pipe(7)).
                rustix::io::write(&self.fd, &self.waiting[..self.waiting.len().min(libc::PIPE_BUF)])
            }
        }
    }

    /// What to wait for where something waits.
    pub fn blocked(&self) -> Option<BorrowedFd<'_>> {
        (!self.waiting.is_empty()).then(|| self.fd.as_fd())
    }

    pub fn is_closed(&self) -> bool {
        self.is_closed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pipe_that_is_shared_and_full_is_not_waited_for() {
        let (reader, writer) = io::pipe().unwrap();
        let mut outlet = Outlet {
            fd: writer.into(),
            kind: Kind::Shared,
            waiting: Vec::new(),
            is_closed: false,
        };
        let bytes: Vec<u8> = (0..1_000_000).map(|at| (at % 251) as u8).collect();
        outlet.put(&bytes);
        assert!(outlet.blocked().is_some());
        let mut read = Vec::new();
        while read.len() < bytes.len() {
            let mut space = [0; 10_000];
            let length = rustix::io::read(&reader, &mut space).unwrap();
            read.extend_from_slice(&space[..length]);
            outlet.go_on();
        }
        assert!(read == bytes && outlet.blocked().is_none());
        drop(reader);
        outlet.put(b"more");
        assert!(outlet.is_closed() && outlet.blocked().is_none());
    }
}
