//! How much room a tree takes on disk, counted like du(1).

use crate::store::files::directory::{Directory, blocks};
use anyhow::Context;
use rustix::fs::{AtFlags, CWD, Dir, FileType, Mode, OFlags, fstat, openat, statat};
use rustix::io::Errno;
use std::collections::HashSet;
use std::os::fd::{AsFd, BorrowedFd};
use std::path::Path;

/// How many directories are open at the same time, at most. Deeper ones are not counted.
const MAX_DEPTH: usize = 256;

const DIRECTORY: OFlags = OFlags::RDONLY
    .union(OFlags::DIRECTORY)
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC);

/// Bytes that the tree at `path` takes on disk. A file with several hard links is counted once. What may not be read
/// and what vanishes meanwhile is not counted. 0 where there is no such path.
pub fn disk_usage(path: &Path) -> anyhow::Result<u64> {
    let name = || format!("{}", path.display());
    match openat(CWD, path, DIRECTORY, Mode::empty()) {
        Ok(dir) => tree(dir.as_fd()).with_context(name),
        Err(Errno::NOENT) => Ok(0),
        Err(error) => Err(error).with_context(name),
    }
}

/// The same for a path in the store, which may be a file.
pub fn path(dir: &Directory, name: &str) -> anyhow::Result<u64> {
    match openat(dir, name, DIRECTORY, Mode::empty()) {
        Ok(tree) => self::tree(tree.as_fd()).with_context(dir.named(name)),
        Err(Errno::NOTDIR | Errno::LOOP) => Ok(dir.disk(name)?.unwrap_or(0)),
        Err(Errno::NOENT) => Ok(0),
        Err(error) => Err(error).with_context(dir.named(name)),
    }
}

/// The same for an open directory.
pub fn tree(dir: BorrowedFd<'_>) -> rustix::io::Result<u64> {
    let mut seen = HashSet::new();
    let own = blocks(&fstat(dir)?);
    Ok(own + below(dir, &mut seen, 0)?)
}

fn below(dir: BorrowedFd<'_>, seen: &mut HashSet<u64>, depth: usize) -> rustix::io::Result<u64> {
    let mut sum = 0;
    for entry in Dir::read_from(dir)? {
        let entry = entry?;
        let name = entry.file_name();
        if matches!(name.to_bytes(), b"." | b"..") {
            continue;
        }
        let Ok(stat) = statat(dir, name, AtFlags::SYMLINK_NOFOLLOW) else {
            continue;
        };
        let is_dir = FileType::from_raw_mode(stat.st_mode) == FileType::Directory;
        if is_dir || stat.st_nlink == 1 || seen.insert(stat.st_ino) {
            sum += blocks(&stat);
        }
        if is_dir
            && depth < MAX_DEPTH
            && let Ok(child) = openat(dir, name, DIRECTORY, Mode::empty())
        {
            sum += below(child.as_fd(), seen, depth + 1).unwrap_or(0);
        }
    }
    Ok(sum)
}
