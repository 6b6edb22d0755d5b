//! Getting the container's terminal: libcontainer opens it inside and sends the master through a socket.

use super::channel::Address;
use anyhow::{Context, Result, ensure};
use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, recvmsg};
use std::fs;
use std::io::IoSliceMut;
use std::mem::MaybeUninit;
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
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut ancillary = RecvAncillaryBuffer::new(&mut space);
        let mut bytes = [0; 64];
        recvmsg(
            &stream,
            &mut [IoSliceMut::new(&mut bytes)],
            &mut ancillary,
            RecvFlags::CMSG_CLOEXEC,
        )
        .context("receiving the container's terminal")?;
        let mut received: Vec<OwnedFd> = Vec::new();
        for message in ancillary.drain() {
            if let RecvAncillaryMessage::ScmRights(fds) = message {
                received.extend(fds);
            }
        }
        ensure!(
            received.len() == 1,
            "receiving the container's terminal: no descriptor came"
        );
        received.pop().context("receiving the container's terminal")
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        // What is left goes with the run directory.
        let _ = fs::remove_file(&self.path);
    }
}
