//! Descriptors that this process was started with.

use rustix::io::{FdFlags, fcntl_getfd};
use std::io;
use std::os::fd::BorrowedFd;

/// An error unless the first `count` descriptors after standard error were given to this process. Its own are all
/// closed by an exec, so none is ever taken for one of these.
pub fn check(count: u32) -> io::Result<()> {
    for number in 3..3 + i64::from(count) {
        let missing = || io::Error::other(format!("file descriptor {number} is not open"));
        let fd = i32::try_from(number).map_err(|_| missing())?;
        // SAFETY: only asked about, which is harmless where it is not open.
        match fcntl_getfd(unsafe { BorrowedFd::borrow_raw(fd) }) {
            Ok(flags) if !flags.contains(FdFlags::CLOEXEC) => {}
            _ => return Err(missing()),
        }
    }
    Ok(())
}
