//! The places in a container's root where things get mounted: made where they are missing, and remembered, since they
//! are the engine's and no change of the container's.
//!
//! The root is hostile: every step goes by descriptors inside it. A directory's mtime is put back after something was
//! made in it, or `diff` would call it changed. What was made is kept in the file `targets`, written before a process can run.

use crate::sys::files::rooted;
use anyhow::{Context, Result, bail};
use rustix::fs::{AtFlags, FileType, Mode, OFlags, Timespec, Timestamps};
use std::collections::{BTreeSet, HashSet};
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// What must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Directory,
    File,
}

/// As many symlinks as the kernel itself follows.
const MAX_LINKS: u32 = 40;

/// Makes `path` in `root` where it is missing, with its parents. What is there of another kind is an error. Returns what was made, relative to the root.
pub fn make(root: BorrowedFd<'_>, path: &Path, kind: Kind) -> Result<Vec<PathBuf>> {
    let mut made = Vec::new();
    ensure(root, path, kind, MAX_LINKS, &mut made).with_context(|| path.display().to_string())?;
    Ok(made)
}

fn ensure(root: BorrowedFd<'_>, path: &Path, kind: Kind, links: u32, made: &mut Vec<PathBuf>) -> Result<()> {
    match rooted::open(root, path, OFlags::PATH, Mode::empty()) {
        Ok(found) => {
            let mode = rustix::fs::fstat(&found)?.st_mode;
            let is_directory = FileType::from_raw_mode(mode) == FileType::Directory;
            match kind {
                Kind::Directory if !is_directory => bail!("not a directory"),
                Kind::File if is_directory => bail!("a directory"),
                _ => return Ok(()),
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error.into()),
    }
    let (Some(parent_path), Some(name)) = (path.parent(), path.file_name()) else {
        bail!("cannot be made");
    };
    ensure(root, parent_path, Kind::Directory, links, made)?;
    let parent = rooted::open(root, parent_path, OFlags::RDONLY | OFlags::DIRECTORY, Mode::empty())?;
    let here = place(root, &parent)?;
    // A symlink that leads nowhere: what it names is made, as the mount will follow it.
    if let Ok(target) = rustix::fs::readlinkat(&parent, name, Vec::new()) {
        if links == 0 {
            bail!("too many symlinks");
        }
        let target = here.join(Path::new(std::ffi::OsStr::from_bytes(target.as_bytes())));
        return ensure(root, &target, kind, links - 1, made);
    }
    let before = rustix::fs::fstat(&parent)?;
    match kind {
        Kind::Directory => rustix::fs::mkdirat(&parent, name, Mode::from_raw_mode(0o755))?,
        Kind::File => rustix::fs::mknodat(&parent, name, FileType::RegularFile, Mode::from_raw_mode(0o644), 0)?,
    }
    let times = Timestamps {
        last_access: Timespec {
            tv_sec: 0,
            tv_nsec: rustix::fs::UTIME_OMIT,
        },
        last_modification: Timespec {
            tv_sec: before.st_mtime as _,
            tv_nsec: before.st_mtime_nsec as _,
        },
    };
    rustix::fs::futimens(&parent, &times)?;
    made.push(here.join(name));
    Ok(())
}

/// Where an open directory is, relative to the root.
fn place(root: BorrowedFd<'_>, directory: &OwnedFd) -> Result<PathBuf> {
    let path = |fd: BorrowedFd<'_>| std::fs::read_link(format!("/proc/self/fd/{}", fd.as_raw_fd()));
    let (root, directory) = (path(root)?, path(directory.as_fd())?);
    Ok(directory.strip_prefix(&root).context("outside the root")?.to_owned())
}

/// Remembers what was made for the container in `dir`.
pub fn remember(dir: &Path, made: Vec<PathBuf>) -> Result<()> {
    if made.is_empty() {
        return Ok(());
    }
    let mut all: BTreeSet<PathBuf> = remembered(dir)?.into_iter().collect();
    all.extend(made);
    let (new, path) = (dir.join("targets.new"), dir.join("targets"));
    std::fs::write(&new, serde_json::to_vec(&all)?).with_context(|| new.display().to_string())?;
    std::fs::rename(&new, &path).with_context(|| path.display().to_string())
}

fn remembered(dir: &Path) -> Result<Vec<PathBuf>> {
    let path = dir.join("targets");
    match std::fs::read(&path) {
        Ok(text) => serde_json::from_slice(&text).with_context(|| path.display().to_string()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error).with_context(|| path.display().to_string()),
    }
}

/// What `diff` and `commit` leave out of the writable directory `upper`: what was made for mounts and holds nothing else.
pub fn untouched(dir: &Path, upper: BorrowedFd<'_>) -> Result<Vec<PathBuf>> {
    let mut made = remembered(dir)?;
    // Children before their parents.
    made.sort_by_key(|path| std::cmp::Reverse(path.components().count()));
    // An image's volumes may be thousands in one directory.
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
    use crate::sys::overlay::Flavour;
    use std::os::unix::fs::symlink;

    fn made(root: &Path, path: &str, kind: Kind) -> Result<Vec<String>> {
        let fd = File::open(root)?;
        let made = make(fd.as_fd(), Path::new(path), kind)?;
        Ok(made.iter().map(|path| path.display().to_string()).collect())
    }

    #[test]
    fn missing_targets_are_made_and_the_parents_time_is_kept() {
        let root = tempfile::tempdir().unwrap();
        let etc = root.path().join("etc");
        std::fs::create_dir(&etc).unwrap();
        let old = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::new(1000, 5);
        File::open(&etc).unwrap().set_modified(old).unwrap();
        assert_eq!(made(root.path(), "/etc/hosts", Kind::File).unwrap(), ["etc/hosts"]);
        assert_eq!(made(root.path(), "/etc/hosts", Kind::File).unwrap(), [""; 0]);
        assert_eq!(made(root.path(), "/a/b", Kind::Directory).unwrap(), ["a", "a/b"]);
        assert_eq!(etc.metadata().unwrap().modified().unwrap(), old);
        assert!(root.path().join("etc/hosts").is_file() && root.path().join("a/b").is_dir());
    }

    #[test]
    fn symlinks_are_followed_inside_the_root_only() {
        let outside = tempfile::tempdir().unwrap();
        let root = outside.path().join("root");
        std::fs::create_dir_all(root.join("etc")).unwrap();
        symlink("../../../run/stub.conf", root.join("etc/resolv.conf")).unwrap();
        symlink("/var/run2", root.join("var-run")).unwrap();
        symlink("loop", root.join("loop")).unwrap();
        assert_eq!(
            made(&root, "/etc/resolv.conf", Kind::File).unwrap(),
            ["run", "run/stub.conf"]
        );
        assert_eq!(
            made(&root, "/var-run/x", Kind::Directory).unwrap(),
            ["var", "var/run2", "var/run2/x"]
        );
        assert!(made(&root, "/loop", Kind::File).is_err());
        assert!(!outside.path().join("run").exists());
    }

    #[test]
    fn what_was_made_stays_out_of_changes_until_something_else_is_in_it() {
        let dir = tempfile::tempdir().unwrap();
        let upper = dir.path().join("upper");
        std::fs::create_dir(&upper).unwrap();
        let fd = File::open(&upper).unwrap();
        for (path, kind) in [("/etc/hosts", Kind::File), ("/data/x", Kind::Directory)] {
            remember(dir.path(), make(fd.as_fd(), Path::new(path), kind).unwrap()).unwrap();
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
            // So many names are made faster than so many files.
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
