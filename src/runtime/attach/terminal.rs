//! The container's terminal, seen from the supervisor.
//!
//! The supervisor keeps the container's end of the terminal open. Otherwise reading would fail whenever no process of
//! the container has it open (one may close it and open it again), and poll(2) would report that hangup without end.

use crate::sys::terminal;
use anyhow::{Context, Result};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::termios::{Winsize, tcsetwinsize};
use std::io;
use std::os::fd::OwnedFd;

pub struct Terminal {
    master: OwnedFd,
    /// The container's end.
    peer: Option<OwnedFd>,
}

/// The size of the user's terminal, if there is one.
pub fn window() -> Option<Winsize> {
    terminal::size(io::stdout()).or_else(|| terminal::size(io::stdin()))
}

impl Terminal {
    /// Takes over the master; sets `O_NONBLOCK` on it.
    pub fn new(master: OwnedFd) -> Result<Terminal> {
        fcntl_setfl(&master, fcntl_getfl(&master)? | OFlags::NONBLOCK).context("preparing the terminal")?;
        let peer = terminal::peer(&master).context("opening the container's end of its terminal")?;
        Ok(Terminal {
            master,
            peer: Some(peer),
        })
    }

    /// Another descriptor of the master, to read from or to write to.
    pub fn clone_master(&self) -> Result<OwnedFd> {
        self.master.try_clone().context("preparing the terminal")
    }

    pub fn resize(&self, columns: u16, rows: u16) {
        let size = Winsize {
            ws_col: columns,
            ws_row: rows,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        // A size that the kernel refuses must not end the container.
        let _ = tcsetwinsize(&self.master, size);
    }

    /// The character that ends the input where it is typed (VEOF); a program that reads lines sees the end of the file.
    pub fn end_of_input(&self) -> Option<u8> {
        terminal::end_of_input(&self.master)
    }

    /// Closes the container's end, after the container has ended. When nobody has it open, the kernel gives what is
    /// left to read and then an error.
    pub fn close_peer(&mut self) {
        self.peer = None;
    }
}
