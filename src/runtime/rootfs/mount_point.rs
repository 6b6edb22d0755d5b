//! Mount points: the file or directory in a container's root that a mount's destination means, made where it is
//! missing.
//!
//! The path is the user's or the image's, but the symlinks on it belong to the image, to an earlier run of the
//! container, and to whoever can write to a volume, perhaps at this moment. So the path is walked name by name in the
//! root as it is mounted so far, and the mount is made on the descriptor that was found, never by a path again
//! (CVE-2021-30465). On the way to a mount point:
//!
//! - Symlinks of the root itself are followed, since nobody else changes them. A symlink in another mount is an error.
//! - No symlink leads to the root itself: lamel and libcontainer would go on to work in what the volume holds.
//! - No symlink leads to or through /dev, /proc or /sys: what the kernel will be mounted on has other links than are
//!   there now (CVE-2019-16884).

use anyhow::{Context, Result, bail, ensure};
use rustix::fs::{
    AtFlags, FileType, Mode, OFlags, StatxFlags, Timespec, Timestamps, UTIME_OMIT, fstat, mkdirat, mknodat, openat,
    readlinkat, statx, utimensat,
};
use rustix::io::Errno;
use std::ffi::{OsStr, OsString};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

/// The kernel's own limit on symlinks in one path (MAXSYMLINKS).
const MAX_LINKS: u32 = 40;
/// Directories of the root on which the kernel's filesystems will be mounted.
const KERNEL_DIRECTORIES: [&str; 3] = ["dev", "proc", "sys"];

/// What something can be mounted on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Directory,
    /// Anything but a directory; a regular file where it is made.
    File,
}

impl Kind {
    /// What an open file is.
    pub fn of_open(file: impl AsFd) -> io::Result<Kind> {
        Ok(match FileType::from_raw_mode(fstat(file)?.st_mode) {
            FileType::Directory => Kind::Directory,
            _ => Kind::File,
        })
    }
}

/// A mount point that was found or made.
#[derive(Debug)]
pub struct MountPoint {
    /// Opened with `O_PATH`.
    pub file: OwnedFd,
    /// What was missing and has been made, relative to the root, parents first.
    pub made: Vec<PathBuf>,
}

/// Makes `name` in a directory; false where somebody else was faster.
pub type Make<'a> = &'a dyn Fn(BorrowedFd<'_>, &OsStr, Kind) -> io::Result<bool>;

/// Finds the mount point that `destination`, an absolute path, means in `root`. What is missing on the way is made by
/// `make`. An error where something of another kind is there, or where the path breaks a rule of this module.
pub fn find(root: BorrowedFd<'_>, destination: &Path, kind: Kind, make: Make) -> Result<MountPoint> {
    let shown = destination.display();
    let mut walk = Walk::new(root, destination, make);
    walk.own_mount = Some(mount_of(root)?);
    walk.go(kind, &|| format!("mount target {shown}"))?;
    let Some((_, file)) = walk.way.pop() else {
        bail!("nothing can be mounted at {shown}: in the container that is its root");
    };
    match (kind, Kind::of_open(&file)?) {
        (Kind::Directory, Kind::File) => {
            bail!("a directory cannot be mounted at {shown}: the image has a file there")
        }
        (Kind::File, Kind::Directory) => {
            bail!("a file cannot be mounted at {shown}: the image has a directory there")
        }
        _ => {}
    }
    let made = walk.made;
    Ok(MountPoint { file, made })
}

/// Makes the directory `path` with its parents in `root`, where it is missing. Nothing is mounted there, so symlinks
/// may lead anywhere inside the root.
pub fn make_directory(root: BorrowedFd<'_>, path: &Path) -> Result<()> {
    let mut walk = Walk::new(root, path, &make_unnoticed);
    walk.go(Kind::Directory, &|| path.display().to_string())?;
    match walk.way.pop() {
        Some((_, found)) if Kind::of_open(&found)? != Kind::Directory => bail!("{}: not a directory", path.display()),
        _ => Ok(()),
    }
}

/// The way through a root, name by name.
struct Walk<'a> {
    root: BorrowedFd<'a>,
    path: &'a Path,
    make: Make<'a>,
    /// The mount that the root is in, where the way leads to a mount point and obeys the rules of this module.
    own_mount: Option<u64>,
    /// From the root down, without the root; the last one is where the walk is.
    way: Vec<(OsString, OwnedFd)>,
    made: Vec<PathBuf>,
}

impl<'a> Walk<'a> {
    fn new(root: BorrowedFd<'a>, path: &'a Path, make: Make<'a>) -> Walk<'a> {
        Walk {
            root,
            path,
            make,
            own_mount: None,
            way: Vec::new(),
            made: Vec::new(),
        }
    }

    /// Goes to the end of the path, whose last name is to be of this `kind`. `context`: what is done, for errors.
    fn go(&mut self, kind: Kind, context: &dyn Fn() -> String) -> Result<()> {
        // A stack: the next name is the last one.
        let mut ahead = names(self.path);
        let mut links = 0;
        while let Some(name) = ahead.pop() {
            if name == ".." {
                self.way.pop();
                continue;
            }
            self.check_kernel_directory(&name)?;
            let kind = if ahead.is_empty() { kind } else { Kind::Directory };
            let found = self.open_or_make(&name, kind).with_context(context)?;
            if FileType::from_raw_mode(fstat(&found)?.st_mode) != FileType::Symlink {
                self.way.push((name, found));
                continue;
            }
            if let Some(own) = self.own_mount {
                ensure!(
                    mount_of(found.as_fd())? == own,
                    "nothing can be mounted at {}: a symlink is on the way, in what is mounted there",
                    self.path.display()
                );
            }
            links += 1;
            if links > MAX_LINKS {
                bail!("{}: too many symlinks", context());
            }
            let target = readlinkat(&found, "", Vec::new()).with_context(context)?;
            let target = Path::new(OsStr::from_bytes(target.as_bytes()));
            if target.is_absolute() {
                self.way.clear();
            }
            ahead.extend(names(target));
        }
        Ok(())
    }

    /// Refuses a way to a mount point that a symlink leads by /dev, /proc or /sys.
    fn check_kernel_directory(&self, name: &OsStr) -> Result<()> {
        if self.own_mount.is_some()
            && self.way.is_empty()
            && let Some(directory) = KERNEL_DIRECTORIES.iter().find(|directory| name == **directory)
            && !self.path.starts_with(Path::new("/").join(directory))
        {
            let path = self.path.display();
            bail!("nothing can be mounted at {path}: in the image that leads to /{directory}");
        }
        Ok(())
    }

    /// Opens what has the name here, or what is mounted on it; a symlink itself.
    fn open_or_make(&mut self, name: &OsStr, kind: Kind) -> io::Result<OwnedFd> {
        let here = self.way.last().map_or(self.root, |(_, directory)| directory.as_fd());
        let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let open = || openat(here, name, flags, Mode::empty());
        match open() {
            Err(Errno::NOENT) => {}
            found => return Ok(found?),
        }
        if (self.make)(here, name, kind)? {
            let above = self.way.iter().map(|(name, _)| name.as_os_str());
            self.made.push(above.chain([name]).collect());
        }
        Ok(open()?)
    }
}

/// The names of a path, the last one first.
fn names(path: &Path) -> Vec<OsString> {
    let names = path.components().rev().filter_map(|component| match component {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some("..".into()),
        Component::RootDir | Component::CurDir | Component::Prefix(_) => None,
    });
    names.collect()
}

/// Makes a missing directory or file that belongs to this process's user.
pub fn make(parent: BorrowedFd<'_>, name: &OsStr, kind: Kind) -> io::Result<bool> {
    let made = match kind {
        Kind::Directory => mkdirat(parent, name, Mode::from_raw_mode(0o755)),
        Kind::File => mknodat(parent, name, FileType::RegularFile, Mode::from_raw_mode(0o644), 0),
    };
    match made {
        Err(Errno::EXIST) => Ok(false),
        made => Ok(made.map(|()| true)?),
    }
}

/// As [`make`], and puts the parent's modification time back: else `diff` would call the parent changed.
pub fn make_unnoticed(parent: BorrowedFd<'_>, name: &OsStr, kind: Kind) -> io::Result<bool> {
    let before = fstat(parent)?;
    let made = make(parent, name, kind)?;
    let times = Timestamps {
        last_access: Timespec {
            tv_sec: 0,
            tv_nsec: UTIME_OMIT,
        },
        last_modification: Timespec {
            tv_sec: before.st_mtime as _,
            tv_nsec: before.st_mtime_nsec as _,
        },
    };
    // By name: futimens(2) takes no descriptor that was opened with O_PATH.
    utimensat(parent, ".", &times, AtFlags::empty())?;
    Ok(made)
}

/// The mount that an open file is in, among those that there are now (statx(2), since Linux 5.8).
fn mount_of(file: BorrowedFd<'_>) -> Result<u64> {
    let found = statx(file, "", AtFlags::EMPTY_PATH, StatxFlags::MNT_ID)?;
    let known = StatxFlags::from_bits_retain(found.stx_mask).contains(StatxFlags::MNT_ID);
    ensure!(known, "the kernel does not tell mounts apart: that needs Linux 5.8");
    Ok(found.stx_mnt_id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{self, File};
    use std::os::unix::fs::{MetadataExt, symlink};
    use std::time::{Duration, SystemTime};

    /// The mount point, relative to the root where it was found.
    fn found(root: &Path, destination: &str, kind: Kind) -> Result<String, String> {
        let fd = File::open(root).unwrap();
        let found = find(fd.as_fd(), Path::new(destination), kind, &make).map_err(|error| format!("{error:#}"))?;
        let found = File::from(found.file).metadata().unwrap();
        let mut dirs = vec![root.to_owned()];
        while let Some(dir) = dirs.pop() {
            for entry in fs::read_dir(&dir).unwrap().flatten() {
                let metadata = entry.metadata().unwrap();
                if metadata.ino() == found.ino() {
                    return Ok(entry.path().strip_prefix(root).unwrap().display().to_string());
                }
                if metadata.is_dir() {
                    dirs.push(entry.path());
                }
            }
        }
        Err("outside".into())
    }

    fn image() -> (tempfile::TempDir, std::path::PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("root");
        for name in ["run", "var", "usr/lib", "sys/dev", "etc", "dev"] {
            fs::create_dir_all(root.join(name)).unwrap();
        }
        (dir, root)
    }

    #[test]
    fn symlinks_of_the_root_are_followed_inside_it_and_what_is_missing_is_made() {
        let (dir, root) = image();
        for (target, link) in [
            ("/run", "var/run"),
            ("usr/lib", "lib"),
            ("../../../../opt/new", "etc/conf"),
            ("loop", "loop"),
        ] {
            symlink(target, root.join(link)).unwrap();
        }
        let found = |destination, kind| found(&root, destination, kind);
        assert_eq!(found("/var/run/x/y", Kind::Directory).unwrap(), "run/x/y");
        assert_eq!(found("/lib/app", Kind::File).unwrap(), "usr/lib/app");
        assert_eq!(found("/lib", Kind::Directory).unwrap(), "usr/lib");
        assert_eq!(found("/etc/conf", Kind::File).unwrap(), "opt/new");
        assert!(root.join("usr/lib/app").is_file() && root.join("run/x/y").is_dir());
        assert_eq!(
            found("/loop", Kind::Directory).unwrap_err(),
            "mount target /loop: too many symlinks"
        );
        assert!(
            found("/lib/app/x", Kind::Directory)
                .unwrap_err()
                .contains("Not a directory")
        );
        assert!(!dir.path().join("opt").exists());
    }

    #[test]
    fn no_symlink_leads_to_the_root_or_through_dev_proc_and_sys() {
        let (_dir, root) = image();
        for (target, link) in [
            ("/", "a"),
            ("..", "usr/b"),
            ("a/../../etc/..", "c"),
            ("/etc/../dev", "d"),
            ("/sys/dev/../../etc", "e"),
            ("/proc/self/cwd", "f"),
        ] {
            symlink(target, root.join(link)).unwrap();
        }
        let error = |destination: &str| found(&root, destination, Kind::Directory).unwrap_err();
        for destination in ["/a", "/usr/b", "/c", "/a/a"] {
            assert_eq!(
                error(destination),
                format!("nothing can be mounted at {destination}: in the container that is its root")
            );
        }
        for (destination, directory) in [
            ("/d", "/dev"),
            ("/d/x", "/dev"),
            ("/e/x", "/sys"),
            ("/f", "/proc"),
            ("/a/dev", "/dev"),
        ] {
            assert_eq!(
                error(destination),
                format!("nothing can be mounted at {destination}: in the image that leads to {directory}")
            );
        }
        assert_eq!(found(&root, "/dev/x", Kind::Directory).unwrap(), "dev/x");
    }

    #[test]
    fn what_is_made_is_told_and_the_parents_time_is_kept() {
        let (_dir, root) = image();
        let etc = root.join("etc");
        let old = SystemTime::UNIX_EPOCH + Duration::new(1000, 5);
        File::open(&etc).unwrap().set_modified(old).unwrap();
        symlink("/var/run2", root.join("var-run")).unwrap();
        let fd = File::open(&root).unwrap();
        let made = |path: &str, kind| {
            let found = find(fd.as_fd(), Path::new(path), kind, &make_unnoticed).unwrap();
            let made = found.made.into_iter();
            made.map(|path| path.display().to_string()).collect::<Vec<_>>()
        };
        assert_eq!(made("/etc/hosts", Kind::File), ["etc/hosts"]);
        assert_eq!(made("/etc/hosts", Kind::File), [""; 0]);
        assert_eq!(made("/a/b", Kind::Directory), ["a", "a/b"]);
        assert_eq!(made("/var-run/x", Kind::Directory), ["var/run2", "var/run2/x"]);
        assert_eq!(etc.metadata().unwrap().modified().unwrap(), old);
        assert!(etc.join("hosts").is_file() && root.join("a/b").is_dir());
    }

    #[test]
    fn a_mount_point_of_another_kind_is_an_error() {
        let (_dir, root) = image();
        fs::write(root.join("etc/passwd"), "").unwrap();
        assert_eq!(
            found(&root, "/etc/passwd", Kind::Directory).unwrap_err(),
            "a directory cannot be mounted at /etc/passwd: the image has a file there"
        );
        assert_eq!(
            found(&root, "/etc", Kind::File).unwrap_err(),
            "a file cannot be mounted at /etc: the image has a directory there"
        );
    }

    #[test]
    fn a_working_directory_may_be_anywhere_inside_the_root() {
        let (dir, root) = image();
        symlink("/", root.join("a")).unwrap();
        symlink("../../../out", root.join("etc/b")).unwrap();
        symlink("/sys/c", root.join("c")).unwrap();
        fs::write(root.join("etc/group"), "").unwrap();
        let fd = File::open(&root).unwrap();
        let make = |path: &str| make_directory(fd.as_fd(), Path::new(path)).map_err(|error| error.to_string());
        for path in ["/", "/a", "/a/new/dir", "/etc/b", "/c"] {
            assert_eq!(make(path), Ok(()), "{path}");
        }
        assert!(["new/dir", "out", "sys/c"].iter().all(|path| root.join(path).is_dir()));
        assert!(!dir.path().join("out").exists());
        assert_eq!(make("/etc/group"), Err("/etc/group: not a directory".into()));
    }
}
