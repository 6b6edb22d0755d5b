//! The trash: what is to be deleted is renamed into `trash/` at once, and unlinked later without a lock.
//!
//! Several commands may empty the trash at the same time. Any of them may be killed; the next one goes on. Trees are
//! walked by descriptors, and symbolic links are never followed. Depth costs no descriptors: a directory that is too
//! deep is moved to the top of the trash first.

use crate::store::files::directory::Directory;
use crate::sys::files::random_name::random_name;
use anyhow::Context;
use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, chmodat, openat, renameat, statat, unlinkat};
use rustix::io::Errno;
use std::ffi::CStr;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

/// How many directories are open at the same time, at most.
const MAX_DEPTH: usize = 64;

/// Moves a path of the store to the trash, and returns its name there. `None` where it is not there.
pub fn put(dir: &Directory, path: &str) -> anyhow::Result<Option<String>> {
    let name = random_name();
    Ok(dir.rename(path, &format!("trash/{name}"))?.then_some(name))
}

/// Deletes one name in the trash, and all that is below it. Returns the bytes on disk that are freed. Goes on after
/// an error, and returns the first.
pub fn delete(dir: &Directory, name: &str) -> anyhow::Result<u64> {
    let trash = dir.open_dir("trash")?;
    let mut deletion = Deletion {
        trash: trash.as_fd(),
        pending: vec![name.to_owned()],
        freed: 0,
        error: None,
    };
    while let Some(next) = deletion.pending.pop() {
        let name = std::ffi::CString::new(next).context("a name in the trash")?;
        deletion.remove(trash.as_fd(), &name, 0);
    }
    match deletion.error {
        None => Ok(deletion.freed),
        Some(error) => Err(error).with_context(|| format!("deleting {}", dir.path("trash").join(name).display())),
    }
}

struct Deletion<'a> {
    trash: BorrowedFd<'a>,
    /// Names in the trash that are still to be removed.
    pending: Vec<String>,
    freed: u64,
    error: Option<Errno>,
}

impl Deletion<'_> {
    fn remove(&mut self, parent: BorrowedFd<'_>, name: &CStr, depth: usize) {
        if let Err(error) = self.try_remove(parent, name, depth)
            // Another command is emptying the trash as well.
            && error != Errno::NOENT
        {
            self.error.get_or_insert(error);
        }
    }

    fn try_remove(&mut self, parent: BorrowedFd<'_>, name: &CStr, depth: usize) -> rustix::io::Result<()> {
        let stat = statat(parent, name, AtFlags::SYMLINK_NOFOLLOW)?;
        let blocks = u64::try_from(stat.st_blocks).unwrap_or(0) * 512;
        if FileType::from_raw_mode(stat.st_mode) != FileType::Directory {
            unlinkat(parent, name, AtFlags::empty())?;
            if stat.st_nlink == 1 {
                self.freed += blocks;
            }
            return Ok(());
        }
        if depth == MAX_DEPTH {
            let moved = random_name();
            renameat(parent, name, self.trash, &moved)?;
            self.pending.push(moved);
            return Ok(());
        }
        let dir = open_forced(parent, name)?;
        for entry in Dir::read_from(&dir)? {
            let entry = entry?;
            if !matches!(entry.file_name().to_bytes(), b"." | b"..") {
                self.remove(dir.as_fd(), entry.file_name(), depth + 1);
            }
        }
        match unlinkat(parent, name, AtFlags::REMOVEDIR) {
            Ok(()) => self.freed += blocks,
            // The error of what is left inside has been kept.
            Err(Errno::NOTEMPTY | Errno::EXIST) if self.error.is_some() => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

/// Opens a directory even where its mode denies that to its owner.
fn open_forced(parent: BorrowedFd<'_>, name: &CStr) -> rustix::io::Result<OwnedFd> {
    const DIRECTORY: OFlags = OFlags::DIRECTORY.union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);
    let stat = statat(parent, name, AtFlags::SYMLINK_NOFOLLOW)?;
    // An owner without privilege needs all of rwx to list, enter and empty it.
    if stat.st_mode & 0o700 != 0o700 && !rustix::process::geteuid().is_root() {
        let handle = openat(parent, name, DIRECTORY | OFlags::PATH, Mode::empty())?;
        // Through /proc: before Linux 6.6 (fchmodat2) there is no chmod of an O_PATH descriptor.
        chmodat(
            rustix::fs::CWD,
            format!("/proc/self/fd/{}", handle.as_raw_fd()),
            Mode::RWXU,
            AtFlags::empty(),
        )?;
    }
    openat(parent, name, DIRECTORY | OFlags::RDONLY, Mode::empty())
}

/// Deletes everything in the trash. Returns the bytes on disk that are freed. Goes on after an error, and returns the
/// first.
pub fn empty(dir: &Directory) -> anyhow::Result<u64> {
    let mut freed = 0;
    let mut result = Ok(());
    for name in dir.entries("trash")? {
        match delete(dir, &name) {
            Ok(bytes) => freed += bytes,
            Err(error) => result = result.and(Err(error)),
        }
    }
    result.map(|()| freed)
}
