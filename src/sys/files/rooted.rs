//! Paths inside a root, resolved by the kernel so that nothing outside can be named (openat2(2)).
//!
//! A container's tree is hostile, and may change while it is read: joining a path and opening it is never safe, not
//! even after a check. Here the kernel itself refuses to leave the directory that the caller holds open.

use rustix::fs::{FileType, Mode, OFlags, ResolveFlags};
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// How often a resolution that raced with a rename is tried again: `..` makes the kernel answer EAGAIN then.
const ATTEMPTS: u32 = 128;

/// Opens `path` as a process whose root directory is `root` would: symlinks are followed, and absolute ones and `..`
/// stay inside. Magic links of /proc are refused.
pub fn open(root: impl AsFd, path: impl AsRef<Path>, flags: OFlags, mode: Mode) -> io::Result<OwnedFd> {
    resolve(
        root,
        path.as_ref(),
        flags,
        mode,
        ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS,
    )
}

/// Opens `path` where no component is a symlink (ELOOP otherwise) and none leads out of `root`.
pub fn open_exact(root: impl AsFd, path: impl AsRef<Path>, flags: OFlags) -> io::Result<OwnedFd> {
    resolve(
        root,
        path.as_ref(),
        flags,
        Mode::empty(),
        ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS,
    )
}

/// The bytes of a regular file inside `root`, symlinks followed there. Anything else (a pipe would block, a device
/// may act) and a file of more than `limit` bytes are errors.
pub fn read(root: impl AsFd, path: impl AsRef<Path>, limit: u64) -> io::Result<Vec<u8>> {
    // Through a path descriptor first: opening a device is already an act.
    let found = open(&root, &path, OFlags::PATH, Mode::empty())?;
    if FileType::from_raw_mode(rustix::fs::fstat(&found)?.st_mode) != FileType::RegularFile {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
    }
    // That very file, whatever the path leads to by now.
    let file = File::open(format!("/proc/self/fd/{}", found.as_raw_fd()))?;
    let mut bytes = Vec::new();
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("larger than {limit} bytes"),
        ));
    }
    Ok(bytes)
}

/// Sets the mode of `name` in `parent`, which is no symlink: fchmodat(2) would follow one.
pub fn set_mode(parent: impl AsFd, name: &[u8], mode: Mode) -> io::Result<()> {
    let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let found = rustix::fs::openat(parent, name, flags, Mode::empty())?;
    if FileType::from_raw_mode(rustix::fs::fstat(&found)?.st_mode) == FileType::Symlink {
        return Err(rustix::io::Errno::LOOP.into());
    }
    // What fchmodat2(2) does since Linux 6.6.
    Ok(rustix::fs::chmod(format!("/proc/self/fd/{}", found.as_raw_fd()), mode)?)
}

fn resolve(root: impl AsFd, path: &Path, flags: OFlags, mode: Mode, how: ResolveFlags) -> io::Result<OwnedFd> {
    // Relative to the root in either way of writing it; the root itself is ".".
    let bytes = path.as_os_str().as_bytes();
    let bytes = &bytes[bytes.iter().take_while(|&&byte| byte == b'/').count()..];
    let bytes = if bytes.is_empty() { b".".as_slice() } else { bytes };
    let mut attempt = 0;
    loop {
        match rustix::fs::openat2(&root, bytes, flags | OFlags::CLOEXEC, mode, how) {
            Err(rustix::io::Errno::AGAIN | rustix::io::Errno::INTR) if attempt < ATTEMPTS => attempt += 1,
            result => return Ok(result?),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn an_absolute_symlink_stays_inside_the_root() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("root");
        std::fs::create_dir_all(root.join("etc")).unwrap();
        std::fs::write(dir.path().join("secret"), "out").unwrap();
        std::fs::write(root.join("secret"), "in").unwrap();
        symlink("/../../secret", root.join("etc/link")).unwrap();
        let fd = File::open(&root).unwrap();
        assert_eq!(read(&fd, "/etc/link", 10).unwrap(), b"in");
        assert_eq!(read(&fd, "../secret", 10).unwrap(), b"in");
    }

    #[test]
    fn an_exact_open_follows_no_symlink() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("real")).unwrap();
        symlink("real", dir.path().join("link")).unwrap();
        let fd = File::open(dir.path()).unwrap();
        assert!(open_exact(&fd, "real", OFlags::PATH).is_ok());
        assert!(open_exact(&fd, "", OFlags::PATH).is_ok());
        let error = open_exact(&fd, "link", OFlags::PATH).unwrap_err();
        assert_eq!(error.raw_os_error(), Some(libc::ELOOP));
    }

    #[test]
    fn only_regular_files_up_to_the_limit_are_read() {
        let dir = tempfile::tempdir().unwrap();
        let fd = File::open(dir.path()).unwrap();
        rustix::fs::mknodat(&fd, "pipe", FileType::Fifo, Mode::RUSR, 0).unwrap();
        std::fs::write(dir.path().join("long"), "12345").unwrap();
        assert_eq!(read(&fd, "pipe", 10).unwrap_err().to_string(), "not a regular file");
        assert_eq!(read(&fd, "long", 5).unwrap(), b"12345");
        assert_eq!(read(&fd, "long", 4).unwrap_err().to_string(), "larger than 4 bytes");
    }
}
