//! Unix sockets at paths that are longer than the 108 bytes of a socket's address (unix(7)).

use rustix::fs::{CWD, Mode, OFlags, openat};
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::{Path, PathBuf};

/// A short path to the same file, through the descriptor of its directory.
pub struct ShortSocketPath {
    _directory: OwnedFd,
    short: PathBuf,
}

impl ShortSocketPath {
    /// The file need not exist; its directory must.
    pub fn new(path: &Path) -> io::Result<ShortSocketPath> {
        let (Some(directory), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let directory = openat(CWD, directory, flags, Mode::empty())?;
        let short = PathBuf::from(format!("/proc/self/fd/{}", directory.as_raw_fd())).join(name);
        Ok(ShortSocketPath {
            _directory: directory,
            short,
        })
    }

    /// Valid in this process while `self` lives.
    pub fn path(&self) -> &Path {
        &self.short
    }
}
