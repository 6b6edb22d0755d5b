//! The console socket: libcontainer opens a terminal in the container and sends its master through this socket.

use crate::sys::files::fd_passing;
use crate::sys::files::socket_path::ShortSocketPath;
use anyhow::{Context, Result};
use std::fs;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

/// The listening socket. Dropping it removes its file.
pub struct ConsoleSocket {
    listener: UnixListener,
    path: PathBuf,
}

impl ConsoleSocket {
    pub fn listen(path: &Path) -> Result<ConsoleSocket> {
        let describe = || format!("listening at {}", path.display());
        let address = ShortSocketPath::new(path).with_context(describe)?;
        Ok(ConsoleSocket {
            listener: UnixListener::bind(address.path()).with_context(describe)?,
            path: path.to_owned(),
        })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Receives the terminal's master. The container must have been created: otherwise this waits for ever.
    pub fn receive_master(self) -> Result<OwnedFd> {
        let (stream, _) = self.listener.accept().context("receiving the container's terminal")?;
        fd_passing::receive(&stream).context("receiving the container's terminal")
    }
}

impl Drop for ConsoleSocket {
    fn drop(&mut self) {
        // If this fails, the file is removed with the run directory.
        let _ = fs::remove_file(&self.path);
    }
}
