//! Our standard output or error, written to without waiting for whoever reads it.

use rustix::fs::{CWD, FileType, Mode, OFlags, fstat, openat};
use rustix::io::Errno;
use rustix::net::{SendFlags, send};
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

/// One of our standard descriptors, and what it has not taken yet.
#[derive(Debug)]
pub struct Outlet {
    fd: OwnedFd,
    is_socket: bool,
    waiting: Vec<u8>,
    /// Nobody reads it any more.
    is_closed: bool,
}

impl Outlet {
    pub fn stdout() -> io::Result<Outlet> {
        Outlet::of(io::stdout().as_fd())
    }

    pub fn stderr() -> io::Result<Outlet> {
        Outlet::of(io::stderr().as_fd())
    }

    /// Setting `O_NONBLOCK` on the descriptor we were given would set it for the shell as well, so a terminal or pipe is opened
    /// once more. A regular file never blocks, and a second opening of it would begin at its start again. Where it cannot be opened
    /// again (it is another user's terminal, or nobody reads the pipe any more) a write may block.
    fn of(standard: BorrowedFd) -> io::Result<Outlet> {
        let kind = FileType::from_raw_mode(fstat(standard)?.st_mode);
        let again = match kind {
            FileType::CharacterDevice | FileType::Fifo => {
                let path = format!("/proc/self/fd/{}", standard.as_raw_fd());
                let flags = OFlags::WRONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
                openat(CWD, path, flags, Mode::empty()).ok()
            }
            _ => None,
        };
        Ok(Outlet {
            fd: match again {
                Some(fd) => fd,
                None => standard.try_clone_to_owned()?,
            },
            is_socket: kind == FileType::Socket,
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
            let result = match self.is_socket {
                true => send(&self.fd, &self.waiting, SendFlags::DONTWAIT | SendFlags::NOSIGNAL),
                false => rustix::io::write(&self.fd, &self.waiting),
            };
            match result {
                Ok(length) => drop(self.waiting.drain(..length)),
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return,
                Err(_) => self.is_closed = true,
            }
        }
        self.waiting.clear();
    }

    /// What to wait for where something waits.
    pub fn blocked(&self) -> Option<BorrowedFd<'_>> {
        (!self.waiting.is_empty()).then(|| self.fd.as_fd())
    }

    pub fn is_closed(&self) -> bool {
        self.is_closed
    }
}
