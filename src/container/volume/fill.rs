//! Filling an empty volume with the image's files at its destination: contents, owners, modes, times and attributes.
//!
//! It happens under the volume's lock, so that nobody mounts a half-filled volume. Each file is written beside the data
//! directory, where no name of the image's can be, and renamed into it when it is whole. The mark `filling`, also
//! beside the data, stays until everything is there: if this process is killed, the next start goes on. The container's
//! root is hostile, so files in it are opened by descriptors, step by step. Only files, directories, symlinks and pipes
//! are copied.

use crate::sys::files::{rooted, xattr};
use crate::sys::userns::enter::Mapping;
use anyhow::{Context, Result, bail};
use rustix::fs::{
    AtFlags, Dir, FileType, Gid, Mode, OFlags, Stat, Timespec, Timestamps, Uid, chownat, fchmod, fchown, futimens,
    mkdirat, mknodat, openat, readlinkat, renameat, statat, symlinkat, unlinkat, utimensat,
};
use rustix::io::Errno;
use std::ffi::CStr;
use std::fs::{self, File};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

/// The deepest directory that is copied.
const DEPTH: u32 = 256;
/// The name of the unfinished file, in the volume's own directory.
const PARTIAL: &CStr = c"partial";
const READ: OFlags = OFlags::RDONLY.union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);
const DIRECTORY: OFlags = READ.union(OFlags::DIRECTORY);

/// Fills `data`, if it is empty, from `place` in the root at `rootfs`. The caller holds the volume's lock.
pub fn fill(rootfs: &Path, place: &Path, data: &Path, mapping: Mapping) -> Result<()> {
    let mark = data.with_file_name("filling");
    let unfinished = mark.exists();
    let is_empty = || -> io::Result<bool> { Ok(fs::read_dir(data)?.next().is_none()) };
    if !unfinished && !is_empty().with_context(|| data.display().to_string())? {
        return Ok(());
    }
    let root = File::open(rootfs).with_context(|| rootfs.display().to_string())?;
    let from = match rooted::open(&root, place, OFlags::RDONLY | OFlags::DIRECTORY, Mode::empty()) {
        Ok(directory) => directory,
        // There is nothing to copy, or a file, and then the mount will fail.
        Err(_) => return Ok(()),
    };
    let to = openat(rustix::fs::CWD, data, DIRECTORY, Mode::empty()).with_context(|| data.display().to_string())?;
    fs::write(&mark, "").with_context(|| mark.display().to_string())?;
    let own = mark.parent().context("a volume's data without a directory")?;
    let own = openat(rustix::fs::CWD, own, DIRECTORY, Mode::empty()).with_context(|| own.display().to_string())?;
    // From a start that was killed.
    let _ = unlinkat(&own, PARTIAL, AtFlags::empty());
    let copy = Copy {
        own,
        single: mapping == Mapping::Single,
    };
    copy.children(from.as_fd(), to.as_fd(), DEPTH)
        .with_context(|| format!("copying {}", place.display()))?;
    let stat = rustix::fs::fstat(&from)?;
    copy.attributes(from.as_fd(), c".", to.as_fd(), &stat)?;
    fs::remove_file(&mark).with_context(|| mark.display().to_string())
}

struct Copy {
    /// The volume's own directory.
    own: OwnedFd,
    /// Whether this user namespace has one id only, so that owners cannot be set.
    single: bool,
}

impl Copy {
    fn children(&self, from: BorrowedFd, to: BorrowedFd, depth: u32) -> Result<()> {
        if depth == 0 {
            bail!("the tree is deeper than {DEPTH} directories");
        }
        for entry in Dir::read_from(from)? {
            let entry = entry?;
            let name = entry.file_name();
            if matches!(name.to_bytes(), b"." | b"..") {
                continue;
            }
            self.entry(from, to, name, depth)
                .with_context(|| name.to_string_lossy().into_owned())?;
        }
        Ok(())
    }

    fn entry(&self, from: BorrowedFd, to: BorrowedFd, name: &CStr, depth: u32) -> Result<()> {
        let stat = statat(from, name, AtFlags::SYMLINK_NOFOLLOW)?;
        let kind = FileType::from_raw_mode(stat.st_mode);
        // A directory may be half filled, so its contents are compared again.
        if kind != FileType::Directory && statat(to, name, AtFlags::SYMLINK_NOFOLLOW).is_ok() {
            return Ok(());
        }
        match kind {
            FileType::Directory => {
                match mkdirat(to, name, Mode::RWXU) {
                    Ok(()) | Err(Errno::EXIST) => {}
                    Err(error) => return Err(error.into()),
                }
                let source = openat(from, name, DIRECTORY, Mode::empty())?;
                let copy = openat(to, name, DIRECTORY, Mode::empty())?;
                self.children(source.as_fd(), copy.as_fd(), depth - 1)?;
                self.attributes(source.as_fd(), c".", copy.as_fd(), &stat)
            }
            FileType::RegularFile => self.file(from, to, name),
            FileType::Symlink => {
                let target = readlinkat(from, name, Vec::new())?;
                symlinkat(target, to, name)?;
                self.name(to, name, &stat)
            }
            FileType::Fifo => {
                mknodat(to, name, FileType::Fifo, Mode::from_raw_mode(stat.st_mode & 0o7777), 0)?;
                self.name(to, name, &stat)
            }
            // A device node would give access to one of the host's devices.
            _ => Ok(()),
        }
    }

    fn file(&self, from: BorrowedFd, to: BorrowedFd, name: &CStr) -> Result<()> {
        // Nonblocking, in case a pipe has replaced the file.
        let source = openat(from, name, READ | OFlags::NONBLOCK, Mode::empty())?;
        let stat = rustix::fs::fstat(&source)?;
        if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
            return Ok(());
        }
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
        let mut copy = File::from(openat(&self.own, PARTIAL, flags, Mode::RUSR | Mode::WUSR)?);
        let mut source = File::from(source);
        io::copy(&mut source, &mut copy)?;
        self.attributes(from, name, copy.as_fd(), &stat)?;
        Ok(renameat(&self.own, PARTIAL, to, name)?)
    }

    /// Sets the owner before the mode, because chown(2) clears set-id bits, and extended attributes before times.
    fn attributes(&self, parent: BorrowedFd, name: &CStr, to: BorrowedFd, stat: &Stat) -> Result<()> {
        if !self.single {
            fchown(to, Some(Uid::from_raw(stat.st_uid)), Some(Gid::from_raw(stat.st_gid)))?;
        }
        fchmod(to, Mode::from_raw_mode(stat.st_mode & 0o7777))?;
        for (name, value) in xattr::all_at(parent, name.to_bytes())? {
            // overlayfs hides its own attributes. Those that this user may not set are left out.
            let _ = xattr::set(to, &name, &value);
        }
        Ok(futimens(to, &times(stat))?)
    }

    /// Of what cannot be opened.
    fn name(&self, to: BorrowedFd, name: &CStr, stat: &Stat) -> Result<()> {
        if !self.single {
            let (uid, gid) = (Uid::from_raw(stat.st_uid), Gid::from_raw(stat.st_gid));
            chownat(to, name, Some(uid), Some(gid), AtFlags::SYMLINK_NOFOLLOW)?;
        }
        Ok(utimensat(to, name, &times(stat), AtFlags::SYMLINK_NOFOLLOW)?)
    }
}

fn times(stat: &Stat) -> Timestamps {
    Timestamps {
        last_access: Timespec {
            tv_sec: stat.st_atime as _,
            tv_nsec: stat.st_atime_nsec as _,
        },
        last_modification: Timespec {
            tv_sec: stat.st_mtime as _,
            tv_nsec: stat.st_mtime_nsec as _,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

    fn world() -> (tempfile::TempDir, std::path::PathBuf, std::path::PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let (root, data) = (dir.path().join("root"), dir.path().join("volume/_data"));
        fs::create_dir_all(root.join("srv/sub")).unwrap();
        fs::create_dir_all(&data).unwrap();
        fs::write(root.join("srv/sub/file"), "text").unwrap();
        fs::set_permissions(root.join("srv/sub/file"), PermissionsExt::from_mode(0o4750)).unwrap();
        fs::set_permissions(root.join("srv"), PermissionsExt::from_mode(0o1770)).unwrap();
        symlink("/etc/passwd", root.join("srv/link")).unwrap();
        (dir, root, data)
    }

    #[test]
    fn an_empty_volume_gets_the_tree_with_its_attributes() {
        let (_dir, root, data) = world();
        fill(&root, Path::new("/srv"), &data, Mapping::Single).unwrap();
        let (file, copy) = (root.join("srv/sub/file"), data.join("sub/file"));
        assert_eq!(fs::read_to_string(&copy).unwrap(), "text");
        let (file, copy) = (file.metadata().unwrap(), copy.metadata().unwrap());
        assert_eq!(copy.mode(), file.mode());
        assert_eq!(copy.modified().unwrap(), file.modified().unwrap());
        assert_eq!(data.metadata().unwrap().mode() & 0o7777, 0o1770);
        assert_eq!(fs::read_link(data.join("link")).unwrap(), Path::new("/etc/passwd"));
        assert!(!data.with_file_name("filling").exists());
    }

    #[test]
    fn one_that_holds_something_stays_and_one_half_filled_is_finished() {
        let (_dir, root, data) = world();
        fs::write(data.join("mine"), "").unwrap();
        fill(&root, Path::new("/srv"), &data, Mapping::Single).unwrap();
        assert_eq!(fs::read_dir(&data).unwrap().count(), 1);
        fs::write(data.with_file_name("filling"), "").unwrap();
        fs::write(data.with_file_name("partial"), "te").unwrap();
        fill(&root, Path::new("/srv"), &data, Mapping::Single).unwrap();
        assert_eq!(fs::read_to_string(data.join("sub/file")).unwrap(), "text");
        assert!(data.join("mine").exists());
        assert!(!data.with_file_name("partial").exists());
    }

    #[test]
    fn no_name_of_the_images_stands_in_the_way() {
        let (_dir, root, data) = world();
        for name in [".lamel-partial", "partial", "filling"] {
            fs::create_dir_all(root.join("srv").join(name)).unwrap();
            fs::write(root.join("srv/sub").join(name), name).unwrap();
        }
        fill(&root, Path::new("/srv"), &data, Mapping::Single).unwrap();
        for name in [".lamel-partial", "partial", "filling"] {
            assert!(data.join(name).is_dir(), "{name}");
            assert_eq!(fs::read_to_string(data.join("sub").join(name)).unwrap(), name);
        }
        assert_eq!(fs::read_to_string(data.join("sub/file")).unwrap(), "text");
        assert!(!data.with_file_name("partial").exists());
    }

    #[test]
    fn a_link_of_the_images_leads_nowhere_but_into_the_root() {
        let (dir, root, data) = world();
        fs::create_dir(dir.path().join("outside")).unwrap();
        fs::write(dir.path().join("outside/secret"), "").unwrap();
        symlink(dir.path().join("outside"), root.join("out")).unwrap();
        fill(&root, Path::new("/out"), &data, Mapping::Single).unwrap();
        assert_eq!(fs::read_dir(&data).unwrap().count(), 0);
    }
}
