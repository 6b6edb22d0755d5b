//! Getting the container's terminal: libcontainer opens it inside and sends the master through a socket.

use crate::runtime::attach::protocol::Address;
use crate::sys::files::fd_passing;
use anyhow::{Context, Result};
use std::fs;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

/// The socket that waits for the master.
pub struct Console {
    listener: UnixListener,
    path: PathBuf,
}

impl Console {
    /// Listens at `path`, which may be longer than the 108 characters of a socket's address.
    pub fn listen(path: &Path) -> Result<Console> {
        let describe = || format!("listening at {}", path.display());
        let address = Address::of(path).with_context(describe)?;
        Ok(Console {
            listener: UnixListener::bind(&address.short).with_context(describe)?,
            path: path.to_owned(),
        })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The master, which was sent when the container was created.
    pub fn receive(self) -> Result<OwnedFd> {
        let (stream, _) = self.listener.accept().context("receiving the container's terminal")?;
        fd_passing::receive(&stream).context("receiving the container's terminal")
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        // What is left goes with the run directory.
        let _ = fs::remove_file(&self.path);
    }
}
