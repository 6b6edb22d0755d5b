//! The container's terminal, from the supervisor's side.
//!
//! The other end of it is held open: without that, reading fails whenever no process of the container happens to have it
//! open (one may close it and open it again), and poll(2) would report that for ever.

use crate::sys::tty;
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
    tty::size(io::stdout()).or_else(|| tty::size(io::stdin()))
}

impl Terminal {
    pub fn new(master: OwnedFd) -> Result<Terminal> {
        fcntl_setfl(&master, fcntl_getfl(&master)? | OFlags::NONBLOCK).context("preparing the terminal")?;
        let peer = tty::peer(&master).context("opening the container's end of its terminal")?;
        Ok(Terminal {
            master,
            peer: Some(peer),
        })
    }

    /// One more descriptor to read from and write to.
    pub fn end(&self) -> Result<OwnedFd> {
        self.master.try_clone().context("preparing the terminal")
    }

    pub fn resize(&self, columns: u16, rows: u16) {
        let size = Winsize {
            ws_col: columns,
            ws_row: rows,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        // A size that the kernel does not take is none of the container's business.
        let _ = tcsetwinsize(&self.master, size);
    }

    /// What ends the input when it is typed; a program that reads lines sees its end.
    pub fn end_of_input(&self) -> Option<u8> {
        tty::end_of_input(&self.master)
    }

    /// The container has ended: once nobody has the other end open, the kernel gives what is left to read and then an error.
    pub fn let_go(&mut self) {
        self.peer = None;
    }
}
