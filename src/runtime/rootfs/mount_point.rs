//! Where in a container's root a mount goes: the file or directory that the mount's destination means, as a descriptor.
//!
//! The path is the user's or the image's, but what it leads to is said by symlinks of the image's, of the container's from an earlier
//! run, and of whoever can write to a volume, maybe at this moment. So it is walked name by name in the root as it is mounted so far,
//! and the mount is made on what was found, never by a path again (CVE-2021-30465). Of symlinks those of the root itself are followed,
//! which nobody else changes; those in another mount are not. And none leads to the root itself, under which the engine would go on to
//! work in what the volume holds, nor to or through what the kernel is going to be mounted on, where links lead elsewhere than they do now
//! (CVE-2019-16884).

use anyhow::{Context, Result, bail, ensure};
use rustix::fs::{AtFlags, FileType, Mode, OFlags, StatxFlags, mkdirat, mknodat, openat, readlinkat, statx};
use rustix::io::Errno;
use std::ffi::{OsStr, OsString};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path};

/// As many symlinks as the kernel itself follows.
const MAX_LINKS: u32 = 40;
/// The kernel's directories in a root, where nothing is mounted yet.
const KERNELS: [&str; 3] = ["dev", "proc", "sys"];

/// The place that `destination`, an absolute path, means in `root`. What is missing on the way is made by `make`, as a directory if it is
/// told so and else as an empty file; `is_directory`: what the last name is to be.
pub fn find(
    root: BorrowedFd<'_>,
    destination: &Path,
    is_directory: bool,
    make: &dyn Fn(BorrowedFd<'_>, &OsStr, bool) -> io::Result<()>,
) -> Result<OwnedFd> {
    let shown = destination.display();
    let own = mount_of(root)?;
    // From the root down; the last one is where the walk is.
    let mut way: Vec<OwnedFd> = Vec::new();
    // The next name is the last one.
    let mut ahead = names(destination);
    let mut links = 0;
    while let Some(name) = ahead.pop() {
        if name == ".." {
            way.pop();
            continue;
        }
        if let (true, Some(kernels)) = (way.is_empty(), KERNELS.iter().find(|kernels| name == **kernels))
            && !destination.starts_with(Path::new("/").join(kernels))
        {
            bail!("nothing can be mounted at {shown}: in the image that leads to /{kernels}");
        }
        let here = way.last().map_or(root, AsFd::as_fd);
        let is_directory = is_directory || !ahead.is_empty();
        let found = open(here, &name, &|| make(here, &name, is_directory));
        let found = found.with_context(|| format!("mount target {shown}"))?;
        if kind(&found)? != FileType::Symlink {
            way.push(found);
            continue;
        }
        ensure!(
            mount_of(found.as_fd())? == own,
            "nothing can be mounted at {shown}: a symlink is on the way, in what is mounted there"
        );
        links += 1;
        ensure!(links <= MAX_LINKS, "mount target {shown}: too many symlinks");
        let target = readlinkat(&found, "", Vec::new()).with_context(|| format!("mount target {shown}"))?;
        let target = Path::new(OsStr::from_bytes(target.as_bytes()));
        if target.is_absolute() {
            way.clear();
        }
        ahead.extend(names(target));
    }
    way.pop()
        .with_context(|| format!("nothing can be mounted at {shown}: in the container that is its root"))
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

/// What has the name, or what is mounted there.
fn open(here: BorrowedFd<'_>, name: &OsStr, make: &dyn Fn() -> io::Result<()>) -> io::Result<OwnedFd> {
    let open = || {
        openat(
            here,
            name,
            OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC,
            Mode::empty(),
        )
    };
    match open() {
        Err(Errno::NOENT) => make()?,
        found => return Ok(found?),
    }
    Ok(open()?)
}

/// Makes a missing directory or file of this process's.
pub fn make(parent: BorrowedFd<'_>, name: &OsStr, is_directory: bool) -> io::Result<()> {
    let made = match is_directory {
        true => mkdirat(parent, name, Mode::from_raw_mode(0o755)),
        false => mknodat(parent, name, FileType::RegularFile, Mode::from_raw_mode(0o644), 0),
    };
    match made {
        // Somebody else's, which is looked at as well.
        Err(Errno::EXIST) => Ok(()),
        made => Ok(made?),
    }
}

/// What an open file is.
pub fn kind(file: impl AsFd) -> io::Result<FileType> {
    Ok(FileType::from_raw_mode(rustix::fs::fstat(file)?.st_mode))
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

    /// Relative to the root, where it was found.
    fn found(root: &Path, destination: &str, is_directory: bool) -> Result<String, String> {
        let fd = File::open(root).unwrap();
        let found =
            find(fd.as_fd(), Path::new(destination), is_directory, &make).map_err(|error| format!("{error:#}"))?;
        let found = File::from(found).metadata().unwrap();
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
    fn links_of_the_root_are_followed_inside_it_and_what_is_missing_is_made() {
        let (dir, root) = image();
        for (target, link) in [
            ("/run", "var/run"),
            ("usr/lib", "lib"),
            ("../../../../opt/new", "etc/conf"),
            ("loop", "loop"),
        ] {
            symlink(target, root.join(link)).unwrap();
        }
        let found = |destination, is_directory| found(&root, destination, is_directory);
        assert_eq!(found("/var/run/x/y", true).unwrap(), "run/x/y");
        assert_eq!(found("/lib/app", false).unwrap(), "usr/lib/app");
        assert_eq!(found("/lib", true).unwrap(), "usr/lib");
        assert_eq!(found("/etc/conf", false).unwrap(), "opt/new");
        assert!(root.join("usr/lib/app").is_file() && root.join("run/x/y").is_dir());
        assert_eq!(
            found("/loop", true).unwrap_err(),
            "mount target /loop: too many symlinks"
        );
        assert!(found("/lib/app/x", true).unwrap_err().contains("Not a directory"));
        assert!(!dir.path().join("opt").exists());
    }

    #[test]
    fn no_link_leads_to_the_root_or_by_the_kernels_directories() {
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
        let error = |destination: &str| found(&root, destination, true).unwrap_err();
        for destination in ["/a", "/usr/b", "/c", "/a/a"] {
            assert_eq!(
                error(destination),
                format!("nothing can be mounted at {destination}: in the container that is its root")
            );
        }
        for (destination, kernels) in [
            ("/d", "/dev"),
            ("/d/x", "/dev"),
            ("/e/x", "/sys"),
            ("/f", "/proc"),
            ("/a/dev", "/dev"),
        ] {
            assert_eq!(
                error(destination),
                format!("nothing can be mounted at {destination}: in the image that leads to {kernels}")
            );
        }
        assert_eq!(found(&root, "/dev/x", true).unwrap(), "dev/x");
    }
}
