//! The mount points that lamel made in a container's root ([`crate::runtime::rootfs::mount_point`]). They are not
//! changes by the container.
//!
//! The list is the file `targets` in the container's directory. It is written before any process of the container runs.

use crate::sys::files::{atomic_file, rooted};
use anyhow::{Context, Result};
use rustix::fs::{AtFlags, FileType, OFlags};
use std::collections::{BTreeSet, HashSet};
use std::fs::File;
use std::io;
use std::os::fd::BorrowedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// Adds what was made to the list of the container in `dir`.
pub fn remember(dir: &Path, made: Vec<PathBuf>) -> Result<()> {
    if made.is_empty() {
        return Ok(());
    }
    let mut all: BTreeSet<PathBuf> = remembered(dir)?.into_iter().collect();
    all.extend(made);
    let path = dir.join("targets");
    atomic_file::replace(&path, &serde_json::to_vec(&all)?).with_context(|| path.display().to_string())
}

fn remembered(dir: &Path) -> Result<Vec<PathBuf>> {
    let path = dir.join("targets");
    match std::fs::read(&path) {
        Ok(text) => serde_json::from_slice(&text).with_context(|| path.display().to_string()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error).with_context(|| path.display().to_string()),
    }
}

/// What `diff` and `commit` leave out of the writable directory `upper`: mount points that lamel made and that hold
/// nothing else.
pub fn untouched(dir: &Path, upper: BorrowedFd<'_>) -> Result<Vec<PathBuf>> {
    let mut made = remembered(dir)?;
    // Children come before their parents.
    made.sort_by_key(|path| std::cmp::Reverse(path.components().count()));
    // An image may declare thousands of volumes in one directory.
    let mut untouched: HashSet<PathBuf> = HashSet::new();
    for path in made {
        let Ok(found) = rooted::open_exact(upper, &path, OFlags::PATH | OFlags::NOFOLLOW) else {
            continue;
        };
        let stat = rustix::fs::statat(&found, "", AtFlags::EMPTY_PATH)?;
        let engines = match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile => stat.st_size == 0,
            FileType::Directory => {
                let directory = rooted::open_exact(upper, &path, OFlags::RDONLY | OFlags::DIRECTORY)?;
                children(File::from(directory), &path)?
                    .iter()
                    .all(|child| untouched.contains(child))
            }
            _ => false,
        };
        if engines {
            untouched.insert(path);
        }
    }
    Ok(untouched.into_iter().collect())
}

fn children(directory: File, path: &Path) -> Result<Vec<PathBuf>> {
    let mut children = Vec::new();
    for entry in rustix::fs::Dir::read_from(&directory)? {
        let entry = entry?;
        let name = entry.file_name().to_bytes();
        if name != b"." && name != b".." {
            children.push(path.join(std::ffi::OsStr::from_bytes(name)));
        }
    }
    Ok(children)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::rootfs::mount_point;
    use crate::runtime::rootfs::mount_point::Kind;
    use crate::sys::mount::overlay::Flavour;
    use std::os::fd::AsFd;

    #[test]
    fn what_was_made_stays_out_of_changes_until_something_else_is_in_it() {
        let dir = tempfile::tempdir().unwrap();
        let upper = dir.path().join("upper");
        std::fs::create_dir(&upper).unwrap();
        let fd = File::open(&upper).unwrap();
        for (path, kind) in [("/etc/hosts", Kind::File), ("/data/x", Kind::Directory)] {
            let made = mount_point::find(fd.as_fd(), Path::new(path), kind, &mount_point::make_unnoticed).unwrap();
            remember(dir.path(), made.made).unwrap();
        }
        let untouched = |fd: &File| {
            let mut paths = untouched(dir.path(), fd.as_fd()).unwrap();
            paths.sort();
            paths
        };
        assert_eq!(
            untouched(&fd),
            ["data", "data/x", "etc", "etc/hosts"].map(PathBuf::from)
        );
        std::fs::write(upper.join("data/mine"), "").unwrap();
        std::fs::write(upper.join("etc/hosts"), "mine").unwrap();
        assert_eq!(untouched(&fd), ["data/x"].map(PathBuf::from));
    }

    /// If each one were looked for among all others, this would not end within the suite.
    #[test]
    fn thousands_of_targets_in_one_directory_are_left_out() {
        let dir = tempfile::tempdir().unwrap();
        let upper = dir.path().join("upper");
        std::fs::create_dir_all(upper.join("v")).unwrap();
        std::fs::write(upper.join("v/0"), "").unwrap();
        let mut made = vec![PathBuf::from("v"), PathBuf::from("v/0")];
        for n in 1..60_000 {
            // Making the names alone is faster than making the files.
            let path = PathBuf::from(format!("v/{n}"));
            std::fs::hard_link(upper.join("v/0"), upper.join(&path)).unwrap();
            made.push(path);
        }
        remember(dir.path(), made).unwrap();
        let upper = File::open(&upper).unwrap();
        let skip = untouched(dir.path(), upper.as_fd()).unwrap();
        assert_eq!(skip.len(), 60_001);
        let changes = crate::layer::overlay::changes::changes(upper.as_fd(), &[], Flavour::User, &skip).unwrap();
        assert_eq!(changes, []);
        let mut tar = Vec::new();
        crate::layer::pack::pack(upper.as_fd(), Flavour::User, &skip, None, &mut tar).unwrap();
        assert_eq!(tar.len(), 1024);
    }
}
