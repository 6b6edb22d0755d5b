//! /dev/null among the standard descriptors of a process that is about to run its program in a container.
//!
//! A /dev/null that was opened outside is the host's own device node: root in a container could change its mode and
//! owner through /proc/self/fd. libcontainer replaces it with the container's node, but only for the first process, and
//! opens it for reading only, so that output fails instead of vanishing.

use rustix::fs::{CWD, FileType, Mode, OFlags, fcntl_setfl, fstat, makedev, openat};
use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

/// Replaces each standard descriptor that is /dev/null with the container's own /dev/null. If the container has none,
/// standard input is at its end and output fails with EPIPE.
pub fn use_the_containers() -> io::Result<()> {
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

/// Whether an open file is the device 1:3, which is /dev/null (Linux's devices.txt).
pub fn is_null(fd: impl AsFd) -> io::Result<bool> {
    let stat = fstat(fd)?;
    let is_device = FileType::from_raw_mode(stat.st_mode) == FileType::CharacterDevice;
    Ok(is_device && stat.st_rdev == makedev(1, 3))
}

/// In a running container anything may be at /dev/null (a fifo, say), so opening it must not block.
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
