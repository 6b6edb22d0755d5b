//! Between the container's terminal and the user's: bytes both ways, size, raw mode.
//!
//! The other end of the container's terminal is held open: without it, reading fails whenever no process of the
//! container happens to have it open (one may close it and open it again), and poll(2) would report that for ever.

use super::supervise::{Input, Io, Output, Sink, Stream};
use crate::sys::tty::{self, RawMode};
use anyhow::{Context, Result};
use rustix::event::PollFlags;
use rustix::fs::{CWD, FileType, Mode, OFlags, fcntl_getfl, fcntl_setfl, fstat, openat};
use rustix::io::Errno;
use rustix::termios::{Winsize, tcsetwinsize};
use std::io::{self, IsTerminal};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

/// What is read at once. As much waits for each side at most.
const CHUNK: usize = 16 << 10;

pub struct Terminal {
    master: OwnedFd,
    /// The container's end.
    peer: Option<OwnedFd>,
    /// The user's input, until it ends.
    stdin: Option<io::Stdin>,
    /// What was typed and not yet taken by the container's terminal.
    typed: Vec<u8>,
    output: Destination,
    /// What the container wrote and the user's terminal has not taken yet.
    shown: Vec<u8>,
    raw: Option<RawMode>,
}

enum Destination {
    Sink,
    Nowhere,
    /// A description of our standard output of its own, so that it alone does not block.
    Own(OwnedFd),
    /// Standard output itself, where it cannot be opened again; then a write may block.
    Stdout(io::Stdout),
}

/// What can become ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Stdin,
    MasterReadable,
    MasterWritable,
    Output,
}

/// The size of the user's terminal, if there is one.
pub fn window() -> Option<Winsize> {
    tty::size(io::stdout()).or_else(|| tty::size(io::stdin()))
}

impl Terminal {
    /// Sets the size, and the user's terminal to raw mode where it is one.
    pub fn new(master: OwnedFd, io: Io) -> Result<Terminal> {
        fcntl_setfl(&master, fcntl_getfl(&master)? | OFlags::NONBLOCK).context("preparing the terminal")?;
        let peer = tty::peer(&master).context("opening the container's end of its terminal")?;
        let stdin = (io.input == Input::Inherit).then(io::stdin);
        let output = match io.output {
            Output::Sink => Destination::Sink,
            Output::Null => Destination::Nowhere,
            Output::Inherit => reopen_stdout().map_or_else(|| Destination::Stdout(io::stdout()), Destination::Own),
        };
        let raw = match &stdin {
            Some(stdin) if stdin.is_terminal() => Some(RawMode::enter(stdin.as_fd()).context("setting raw mode")?),
            _ => None,
        };
        let terminal = Terminal {
            master,
            peer: Some(peer),
            stdin,
            typed: Vec::new(),
            output,
            shown: Vec::new(),
            raw,
        };
        terminal.resize();
        Ok(terminal)
    }

    /// Gives the container's terminal the size of the user's, if there is one.
    pub fn resize(&self) {
        // Output to a log has no size; input may, and then it is not the user's window.
        if matches!(self.output, Destination::Own(_) | Destination::Stdout(_))
            && let Some(size) = window()
        {
            let _ = tcsetwinsize(&self.master, size);
        }
    }

    /// After a stop (`kill -STOP`, and `fg` in the shell), which has left the terminal in the shell's mode.
    pub fn continued(&self) {
        if let Some(raw) = &self.raw {
            let _ = raw.again();
        }
        self.resize();
    }

    /// What to wait for now. One direction is read only while nothing of it waits to be written.
    pub fn interests(&self) -> Vec<(End, BorrowedFd<'_>, PollFlags)> {
        let mut interests = Vec::new();
        if let (Some(stdin), true) = (&self.stdin, self.typed.is_empty()) {
            interests.push((End::Stdin, stdin.as_fd(), PollFlags::IN));
        }
        if !self.typed.is_empty() {
            interests.push((End::MasterWritable, self.master.as_fd(), PollFlags::OUT));
        }
        match self.unwritten() {
            Some(fd) => interests.push((End::Output, fd, PollFlags::OUT)),
            None if self.peer.is_some() => interests.push((End::MasterReadable, self.master.as_fd(), PollFlags::IN)),
            None => {}
        }
        interests
    }

    /// Moves what can be moved at `end`.
    pub fn ready(&mut self, end: End, sink: &mut Sink) {
        match end {
            End::Stdin => self.read_in(),
            End::MasterWritable => self.write_in(),
            End::MasterReadable => {
                self.read_out(sink);
            }
            End::Output => self.write_out(),
        }
    }

    /// The container has ended: all that it wrote is read, and shown as far as that does not block. Once nobody has the
    /// other end open, the kernel gives the rest and then an error.
    pub fn finish(&mut self, sink: &mut Sink) {
        self.peer = None;
        self.write_out();
        while self.read_out(sink) {}
    }

    /// Our output, where something still waits for it.
    pub fn unwritten(&self) -> Option<BorrowedFd<'_>> {
        match &self.output {
            Destination::Own(fd) if !self.shown.is_empty() => Some(fd.as_fd()),
            Destination::Stdout(stdout) if !self.shown.is_empty() => Some(stdout.as_fd()),
            _ => None,
        }
    }

    fn read_in(&mut self) {
        let Some(stdin) = &self.stdin else { return };
        let mut buffer = [0; CHUNK];
        match rustix::io::read(stdin, &mut buffer) {
            Ok(0) | Err(Errno::IO) => {
                // As a terminal does when the end of input is typed; a program that reads lines sees its end.
                self.typed.extend(tty::end_of_input(&self.master));
                self.stdin = None;
            }
            Ok(length) => self.typed.extend_from_slice(&buffer[..length]),
            Err(Errno::INTR | Errno::AGAIN) => {}
            Err(_) => self.stdin = None,
        }
        self.write_in();
    }

    fn write_in(&mut self) {
        match write_some(&self.master, &mut self.typed) {
            Ok(()) => {}
            // Nobody will read it any more.
            Err(_) => self.typed.clear(),
        }
    }

    /// Whether something was read.
    fn read_out(&mut self, sink: &mut Sink) -> bool {
        let mut buffer = [0; CHUNK];
        let length = loop {
            match rustix::io::read(&self.master, &mut buffer) {
                Err(Errno::INTR) => {}
                Ok(0) | Err(_) => return false,
                Ok(length) => break length,
            }
        };
        match self.output {
            Destination::Sink => sink(Stream::Stdout, &buffer[..length]),
            Destination::Nowhere => {}
            Destination::Own(_) | Destination::Stdout(_) => {
                self.shown.extend_from_slice(&buffer[..length]);
                self.write_out();
            }
        }
        true
    }

    pub fn write_out(&mut self) {
        let result = match &self.output {
            Destination::Own(fd) => write_some(fd, &mut self.shown),
            Destination::Stdout(stdout) => write_some(stdout, &mut self.shown),
            Destination::Sink | Destination::Nowhere => Ok(()),
        };
        if result.is_err() {
            // The user's terminal is gone; the container's must be emptied all the same, or it stops.
            self.output = Destination::Nowhere;
            self.shown.clear();
        }
    }
}

/// Writes what the other side takes at once, and removes it from `bytes`.
fn write_some(fd: impl AsFd, bytes: &mut Vec<u8>) -> Result<(), Errno> {
    while !bytes.is_empty() {
        match rustix::io::write(&fd, bytes) {
            Ok(length) => drop(bytes.drain(..length)),
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) => return Ok(()),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Standard output once more, not blocking. Setting that on the descriptor we were given would set it for the shell as
/// well. A regular file never blocks, and a second opening of it would begin at its start again.
fn reopen_stdout() -> Option<OwnedFd> {
    let stdout = io::stdout();
    let mode = fstat(&stdout).ok()?.st_mode;
    if !matches!(
        FileType::from_raw_mode(mode),
        FileType::CharacterDevice | FileType::Fifo
    ) {
        return None;
    }
    let flags = OFlags::WRONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    openat(
        CWD,
        format!("/proc/self/fd/{}", stdout.as_fd().as_raw_fd()),
        flags,
        Mode::empty(),
    )
    .ok()
}
