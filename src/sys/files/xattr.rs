//! Extended attributes of open files, and of names in open directories without following a symlink (xattr(7)).

use rustix::fs::XattrFlags;
use rustix::io::Errno;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};

/// The largest value and the largest list of names the kernel gives (limits.h, XATTR_SIZE_MAX).
const MAX: usize = 64 << 10;

/// Sets an attribute of an open file or directory.
pub fn set(fd: impl AsFd, name: &[u8], value: &[u8]) -> io::Result<()> {
    Ok(rustix::fs::fsetxattr(fd, name, value, XattrFlags::empty())?)
}

/// Sets an attribute of `entry` in `dir`, also where it is a symlink, a device or a pipe, which cannot be opened.
pub fn set_at(dir: BorrowedFd<'_>, entry: &[u8], name: &[u8], value: &[u8]) -> io::Result<()> {
    Ok(rustix::fs::lsetxattr(
        path_at(dir, entry),
        name,
        value,
        XattrFlags::empty(),
    )?)
}

/// The value of one attribute of `entry` in `dir`; `None` where it has none of this name.
pub fn get_at(dir: BorrowedFd<'_>, entry: &[u8], name: &[u8]) -> io::Result<Option<Vec<u8>>> {
    value(&path_at(dir, entry), name)
}

/// All attributes of `entry` in `dir` that this process may see, sorted by name.
pub fn all_at(dir: BorrowedFd<'_>, entry: &[u8]) -> io::Result<Vec<(Vec<u8>, Vec<u8>)>> {
    let path = path_at(dir, entry);
    let mut names = match rustix::fs::llistxattr_query(path.as_slice()) {
        Ok(0) | Err(Errno::OPNOTSUPP) => return Ok(Vec::new()),
        Ok(_) => Vec::with_capacity(MAX),
        Err(error) => return Err(error.into()),
    };
    rustix::fs::llistxattr(path.as_slice(), rustix::buffer::spare_capacity(&mut names))?;
    let mut all = Vec::new();
    for name in names.split(|&byte| byte == 0).filter(|name| !name.is_empty()) {
        // Gone meanwhile: as if it had never been.
        if let Some(value) = value(&path, name)? {
            all.push((name.to_vec(), value));
        }
    }
    all.sort();
    Ok(all)
}

fn value(path: &[u8], name: &[u8]) -> io::Result<Option<Vec<u8>>> {
    let mut value = Vec::new();
    loop {
        let size = match rustix::fs::lgetxattr_query(path, name) {
            Ok(size) => size,
            Err(Errno::NODATA | Errno::OPNOTSUPP) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        if size == 0 {
            return Ok(Some(Vec::new()));
        }
        value.clear();
        value.reserve(size.min(MAX));
        match rustix::fs::lgetxattr(path, name, rustix::buffer::spare_capacity(&mut value)) {
            Ok(_) => return Ok(Some(value)),
            // It grew between the two calls.
            Err(Errno::RANGE) => {}
            Err(Errno::NODATA) => return Ok(None),
            Err(error) => return Err(error.into()),
        }
    }
}

/// A path that leads to `entry` of the open `dir` whatever it is called by now; the calls that take a directory
/// descriptor (setxattrat(2)) are too young (Linux 6.13).
fn path_at(dir: BorrowedFd<'_>, entry: &[u8]) -> Vec<u8> {
    let mut path = format!("/proc/self/fd/{}/", dir.as_raw_fd()).into_bytes();
    path.extend_from_slice(entry);
    path
}
