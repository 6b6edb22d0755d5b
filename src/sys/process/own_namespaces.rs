//! The namespaces of this process: leaving them for new ones and entering others (unshare(2), setns(2)).

use crate::sys::process::threads;
use rustix::mount::{MountPropagationFlags, mount_change};
use rustix::thread::UnshareFlags;
use std::io;
use std::os::fd::{AsFd, AsRawFd};

/// Moves this process to a new mount namespace: what the host mounts later still appears in it, what we mount does not
/// appear on the host.
pub fn private_mounts() -> io::Result<()> {
    unshare(UnshareFlags::NEWNS)?;
    Ok(mount_change(
        "/",
        MountPropagationFlags::REC | MountPropagationFlags::DOWNSTREAM,
    )?)
}

/// Moves this process to new namespaces of the kinds in `flags`.
pub fn unshare(flags: UnshareFlags) -> io::Result<()> {
    assert!(
        !flags.contains(UnshareFlags::FILES),
        "the descriptor table is never unshared"
    );
    if flags.contains(UnshareFlags::NEWUSER) {
        // The kernel refuses it to a process with several threads.
        let _ = threads::wait_for_others();
    }
    // SAFETY: only unsharing the descriptor table is unsafe, and that is excluded above.
    unsafe { rustix::thread::unshare_unsafe(flags) }.map_err(io::Error::from)
}

/// Moves this process to the namespace that `fd` refers to, which is of `kind` (`CLONE_NEW…`).
pub fn enter(fd: impl AsFd, kind: libc::c_int) -> io::Result<()> {
    if kind & (libc::CLONE_NEWUSER | libc::CLONE_NEWNS) != 0 {
        // The kernel refuses it to a process with several threads.
        let _ = threads::wait_for_others();
    }
    // SAFETY: setns(2) with an open descriptor.
    if unsafe { libc::setns(fd.as_fd().as_raw_fd(), kind) } != 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}
