//! /dev/null among the standard descriptors of a process that is about to run its program in a container.
//!
//! What was opened outside is the host's own node, whose mode and owner root in a container could change by /proc/self/fd. libcontainer
//! opens the container's in its place, but for reading alone, so that output would fail where it should vanish, and for the first process
//! alone.

use rustix::fs::{CWD, FileType, Mode, OFlags, fcntl_setfl, fstat, makedev, openat};
use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

/// Puts the container's own /dev/null in the place of each that is one. Where it has none, input is at its end and output fails.
pub fn own() -> io::Result<()> {
    let (stdin, stdout, stderr) = (io::stdin(), io::stdout(), io::stderr());
    let standard = [(stdin.as_fd(), false), (stdout.as_fd(), true), (stderr.as_fd(), true)];
    for (fd, is_output) in standard {
        if is_null(fd)? {
            let own = open().map_or_else(|_| broken_pipe(is_output), Ok)?;
            nix::unistd::dup2(own.as_raw_fd(), fd.as_raw_fd())?;
        }
    }
    Ok(())
}

/// Whether it is the device of that number (Linux's devices.txt).
pub fn is_null(fd: impl AsFd) -> io::Result<bool> {
    let stat = fstat(fd)?;
    let is_device = FileType::from_raw_mode(stat.st_mode) == FileType::CharacterDevice;
    Ok(is_device && stat.st_rdev == makedev(1, 3))
}

/// In a container that runs anything may be there by now: nothing of it is waited for.
fn open() -> io::Result<OwnedFd> {
    let flags = OFlags::RDWR | OFlags::NOFOLLOW | OFlags::NOCTTY | OFlags::CLOEXEC;
    let found = openat(CWD, "/dev/null", flags | OFlags::NONBLOCK, Mode::empty())?;
    if !is_null(&found)? {
        return Err(io::Error::other("it is another file"));
    }
    fcntl_setfl(&found, OFlags::empty())?;
    Ok(found)
}

fn broken_pipe(is_output: bool) -> io::Result<OwnedFd> {
    let (reader, writer) = io::pipe()?;
    Ok(if is_output { writer.into() } else { reader.into() })
}
