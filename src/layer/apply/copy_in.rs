//! Copying a tar into a tree that exists, and may be in use, as tar(1) does it: the second half of `cp`.
//!
//! Both sides are hostile. The tar may come from a container. The tree may be a container's too, whose processes can
//! put a symlink in the place of what was made a moment ago (CVE-2018-15664). So only the kernel resolves paths, inside
//! the root; what was made is then addressed by its descriptor, or by a call that follows no symlink.

use crate::layer::attributes::{is_portable, set_owner, times};
use crate::layer::model::Skipped;
use crate::layer::path::{NAME_OVERHEAD, as_path, components, join_all};
use crate::layer::tar::BLOCK;
use crate::layer::tar::read::entries::{TarEntries, TarEntry, TarKind};
use crate::sys::files::{rooted, xattr};
use anyhow::{Context, Result, bail, ensure};
use rustix::fs::{AtFlags, FileType, Mode, OFlags, Stat, Timespec};
use rustix::io::Errno;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// Components of a path. The kernel takes no longer path (PATH_MAX), so there is no deeper one.
const MAX_DEPTH: usize = 2048;
/// Bytes of memory for the directories whose attributes are deferred.
const MAX_MEMORY: usize = 256 << 20;

/// To open a directory for the names in it only.
const PATH: OFlags = OFlags::PATH.union(OFlags::DIRECTORY);

/// Where a tar is copied to.
#[derive(Debug, Clone, Copy)]
pub struct CopyTarget<'a> {
    /// Nothing outside is touched.
    pub root: BorrowedFd<'a>,
    /// The directory in the root that entries are placed in. It must exist; its own attributes stay.
    pub directory: &'a Path,
    /// Whether symlinks below that directory are followed, inside the root. If not, they are not directories.
    pub follow: bool,
    /// How many components are taken off the front of each path in the tar.
    pub strip: usize,
    /// The component that is put in their place; may be empty.
    pub name: &'a [u8],
    /// Whether entries get the owners that the tar says, instead of this process's user and group.
    pub owners: bool,
    /// Whether devices are made, instead of left out.
    pub devices: bool,
}

/// Unpacks a tar into a tree that may be changing meanwhile; see [`CopyTarget`]. Returns the tar's size without
/// extended headers, and what could not be made.
pub fn copy_in(tar: &mut dyn BufRead, target: &CopyTarget<'_>) -> Result<(u64, Skipped)> {
    let mut entries = TarEntries::new(tar, u64::MAX, None);
    let flags = OFlags::PATH | OFlags::DIRECTORY;
    let base = rooted::open(target.root, target.directory, flags, Mode::empty());
    let mut copy = Copy {
        target,
        base: base.with_context(|| target.directory.display().to_string())?,
        last_parent: None,
        deferred: BTreeMap::new(),
        memory: 0,
        size: 2 * BLOCK,
        skipped: Skipped::default(),
    };
    while let Some(entry) = entries.next()? {
        copy.size += BLOCK + entry.size.next_multiple_of(BLOCK);
        copy.copy_entry(&entry, &mut entries)
            .with_context(|| format!("copying {}", as_path(&entry.path).display()))?;
    }
    entries.finish()?;
    copy.finish_directories()?;
    Ok((copy.size, copy.skipped))
}

struct Copy<'a> {
    target: &'a CopyTarget<'a>,
    base: OwnedFd,
    /// The parent of the last entry, kept because tars list a directory's entries one after the other.
    last_parent: Option<Rc<Parent>>,
    /// Attributes that directories get at the end, by path.
    deferred: BTreeMap<Vec<u8>, DirAttributes>,
    /// Bytes that these hold.
    memory: usize,
    size: u64,
    skipped: Skipped,
}

struct Parent {
    /// Relative to the target's directory.
    path: Vec<u8>,
    fd: OwnedFd,
}

/// Attributes that a directory gets at the end: entries that are placed in it would change its time, and its mode may
/// forbid them.
struct DirAttributes {
    mode: u32,
    mtime: Timespec,
    /// It existed before, so it may be another user's.
    existed: bool,
}

impl Copy<'_> {
    fn copy_entry(&mut self, entry: &TarEntry, entries: &mut TarEntries<'_>) -> Result<()> {
        let path = self.target_path(&entry.path)?;
        let Some((name, parents)) = path.split_last() else {
            return Ok(());
        };
        if !self.can_make(entry) {
            return Ok(());
        }
        let parent = self.parent(parents)?;
        let (fd, name) = (parent.fd.as_fd(), *name);
        let is_directory = entry.kind == TarKind::Directory;
        match stat(fd, name)?.map(|stat| FileType::from_raw_mode(stat.st_mode) == FileType::Directory) {
            Some(true) if !is_directory => bail!("cannot overwrite directory with non-directory"),
            Some(false) if is_directory => bail!("cannot overwrite non-directory with directory"),
            // Never written into: an existing file may have other hard links, and a symlink may lead elsewhere.
            Some(false) if entry.kind != TarKind::HardLink => rustix::fs::unlinkat(fd, name, AtFlags::empty())?,
            _ => {}
        }
        match entry.kind {
            TarKind::File => self.make_file(fd, name, entry, entries),
            TarKind::Directory => self.make_directory(fd, name, join_all(&path), entry),
            TarKind::Symlink => {
                ensure!(!entry.link.is_empty(), "a symlink to nothing");
                rustix::fs::symlinkat(entry.link.as_slice(), fd, name)?;
                self.set_attributes_at(fd, name, entry)
            }
            TarKind::HardLink => self.make_hard_link(fd, name, entry),
            TarKind::CharDevice | TarKind::BlockDevice | TarKind::Fifo | TarKind::Unknown(_) => {
                self.make_node(fd, name, entry)
            }
        }
    }

    /// The components of a path in the tar, below the target's directory: without `..`.
    fn target_path<'n>(&self, path: &'n [u8]) -> Result<Vec<&'n [u8]>>
    where
        Self: 'n,
    {
        let mut components = components(path, MAX_DEPTH)?;
        ensure!(components.len() >= self.target.strip, "is not below what was asked for");
        components.drain(..self.target.strip);
        if !self.target.name.is_empty() {
            components.insert(0, self.target.name);
        }
        Ok(components)
    }

    /// Whether entries of this kind are made. If not, notes that this one is left out.
    fn can_make(&mut self, entry: &TarEntry) -> bool {
        let why = match entry.kind {
            TarKind::CharDevice | TarKind::BlockDevice if !self.target.devices => "a device".to_owned(),
            TarKind::Unknown(kind) => format!("unknown type {:?}", char::from(kind)),
            _ => return true,
        };
        self.skip(entry, why);
        false
    }

    fn skip(&mut self, entry: &TarEntry, why: String) {
        self.skipped.add(as_path(&entry.path), why);
    }

    /// Opens the directory with this path, and makes what is missing of it.
    fn parent(&mut self, parents: &[&[u8]]) -> Result<Rc<Parent>> {
        let path = join_all(parents);
        if let Some(last) = self.last_parent.as_ref().filter(|last| last.path == path) {
            return Ok(last.clone());
        }
        let fd = match (self.open_directory(&path, PATH), parents.split_last()) {
            (Err(error), Some((name, above))) if error.kind() == io::ErrorKind::NotFound => {
                let above = self.parent(above)?;
                match rustix::fs::mkdirat(&above.fd, *name, Mode::from_raw_mode(0o755)) {
                    Ok(()) | Err(Errno::EXIST) => self.open_directory(&path, PATH),
                    Err(error) => Err(error.into()),
                }
            }
            (result, _) => result,
        };
        let fd = fd.with_context(|| as_path(&path).display().to_string())?;
        let parent = Rc::new(Parent { path, fd });
        self.last_parent = Some(parent.clone());
        Ok(parent)
    }

    fn open_directory(&self, path: &[u8], flags: OFlags) -> io::Result<OwnedFd> {
        match self.target.follow {
            true => rooted::open(self.target.root, self.in_root(path), flags, Mode::empty()),
            false => rooted::open_exact(&self.base, as_path(path), flags),
        }
    }

    /// A path below the target's directory as a path in the root.
    fn in_root(&self, path: &[u8]) -> PathBuf {
        self.target.directory.join(as_path(path))
    }

    fn make_file(
        &self,
        parent: BorrowedFd<'_>,
        name: &[u8],
        entry: &TarEntry,
        entries: &mut TarEntries<'_>,
    ) -> Result<()> {
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mut file = File::from(rustix::fs::openat(parent, name, flags, Mode::RUSR | Mode::WUSR)?);
        match &entry.sparse {
            None => {
                entries.content(&entry.path, &mut |bytes| file.write_all(bytes))?;
            }
            Some(map) => entries.unpack_sparse(&file, map)?,
        }
        self.set_owner(&rustix::fs::fstat(&file)?, entry, |uid, gid| {
            rustix::fs::fchown(&file, uid, gid)
        })?;
        rustix::fs::fchmod(&file, mode(&rustix::fs::fstat(&file)?, entry))?;
        set_xattrs(entry, |name, value| xattr::set(&file, name, value));
        Ok(rustix::fs::futimens(&file, &times(entry.mtime))?)
    }

    fn make_directory(&mut self, parent: BorrowedFd<'_>, name: &[u8], path: Vec<u8>, entry: &TarEntry) -> Result<()> {
        // Until the end this process must be able to make entries in it, also as an ordinary user.
        let existed = match rustix::fs::mkdirat(parent, name, Mode::from_raw_mode(entry.mode & 0o777 | 0o700)) {
            Err(Errno::EXIST) => true,
            result => result.map(|()| false)?,
        };
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let directory = rustix::fs::openat(parent, name, flags, Mode::empty())?;
        self.set_owner(&rustix::fs::fstat(&directory)?, entry, |uid, gid| {
            rustix::fs::fchown(&directory, uid, gid)
        })?;
        set_xattrs(entry, |name, value| xattr::set(&directory, name, value));
        self.memory += path.len() + NAME_OVERHEAD;
        ensure!(
            self.memory <= MAX_MEMORY,
            "directories with names of more than {MAX_MEMORY} bytes"
        );
        let attributes = DirAttributes {
            mode: entry.mode,
            mtime: entry.mtime,
            existed,
        };
        self.deferred.insert(path, attributes);
        Ok(())
    }

    /// Makes a further name of an earlier entry of the same tar, or of a file that existed.
    fn make_hard_link(&mut self, parent: BorrowedFd<'_>, name: &[u8], entry: &TarEntry) -> Result<()> {
        let link = || format!("a hard link to {}", as_path(&entry.link).display());
        let target = self.target_path(&entry.link).with_context(link)?;
        let (target_name, above) = target.split_last().with_context(link)?;
        let above = self.open_directory(&join_all(above), PATH).with_context(link)?;
        let inode = |stat: Stat| (stat.st_dev, stat.st_ino);
        let here = stat(parent, name)?.map(inode);
        if here.is_some() && here == stat(above.as_fd(), target_name)?.map(inode) {
            return Ok(());
        }
        if here.is_some() {
            rustix::fs::unlinkat(parent, name, AtFlags::empty())?;
        }
        rustix::fs::linkat(&above, *target_name, parent, name, AtFlags::empty()).with_context(link)
    }

    fn make_node(&mut self, parent: BorrowedFd<'_>, name: &[u8], entry: &TarEntry) -> Result<()> {
        let kind = match entry.kind {
            TarKind::CharDevice => FileType::CharacterDevice,
            TarKind::BlockDevice => FileType::BlockDevice,
            _ => FileType::Fifo,
        };
        let (major, minor) = entry.device;
        let device = rustix::fs::makedev(major, minor);
        match rustix::fs::mknodat(parent, name, kind, Mode::from_raw_mode(entry.mode & 0o777), device) {
            Err(Errno::PERM) if kind != FileType::Fifo => {
                self.skip(entry, format!("device {major}:{minor}: not permitted"));
                Ok(())
            }
            Err(error) => Err(error.into()),
            Ok(()) => self.set_attributes_at(parent, name, entry),
        }
    }

    /// Sets the attributes of what cannot be opened: a symlink, device or pipe.
    fn set_attributes_at(&self, parent: BorrowedFd<'_>, name: &[u8], entry: &TarEntry) -> Result<()> {
        let nofollow = AtFlags::SYMLINK_NOFOLLOW;
        let now = || stat(parent, name)?.context("vanished");
        self.set_owner(&now()?, entry, |uid, gid| {
            rustix::fs::chownat(parent, name, uid, gid, nofollow)
        })?;
        if entry.kind != TarKind::Symlink {
            rooted::set_mode(parent, name, mode(&now()?, entry))?;
        }
        set_xattrs(entry, |attribute, value| xattr::set_at(parent, name, attribute, value));
        Ok(rustix::fs::utimensat(parent, name, &times(entry.mtime), nofollow)?)
    }

    fn set_owner(
        &self,
        stat: &Stat,
        entry: &TarEntry,
        chown: impl FnOnce(Option<rustix::fs::Uid>, Option<rustix::fs::Gid>) -> rustix::io::Result<()>,
    ) -> Result<()> {
        match self.target.owners {
            true => set_owner(stat, (entry.uid, entry.gid), chown),
            false => Ok(()),
        }
    }

    /// Sets the deferred attributes of directories: children before parents, whose final mode may deny access.
    fn finish_directories(&mut self) -> Result<()> {
        while let Some((path, attributes)) = self.deferred.pop_last() {
            let finish = || -> io::Result<()> {
                let flags = OFlags::RDONLY | OFlags::DIRECTORY;
                let directory = self.open_directory(&path, flags)?;
                rustix::fs::fchmod(&directory, Mode::from_raw_mode(attributes.mode))?;
                Ok(rustix::fs::futimens(directory.as_fd(), &times(attributes.mtime))?)
            };
            match finish() {
                // A process of the container has removed it meanwhile.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) if attributes.existed && error.kind() == io::ErrorKind::PermissionDenied => {}
                result => result.with_context(|| format!("directory {}", as_path(&path).display()))?,
            }
        }
        Ok(())
    }
}

/// What is there; no symlink is followed.
fn stat(parent: BorrowedFd<'_>, name: &[u8]) -> Result<Option<Stat>> {
    match rustix::fs::statat(parent, name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(stat) => Ok(Some(stat)),
        Err(Errno::NOENT) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The entry's mode, without the set-id bits of an owner that the file does not have: as another's, a program must not
/// run with them.
fn mode(stat: &Stat, entry: &TarEntry) -> Mode {
    let mut mode = entry.mode;
    if stat.st_uid != entry.uid {
        mode &= !0o4000;
    }
    if stat.st_gid != entry.gid {
        mode &= !0o2000;
    }
    Mode::from_raw_mode(mode)
}

/// Sets the portable attributes, but for those that this filesystem, this type of file or this user cannot have.
fn set_xattrs(entry: &TarEntry, set: impl Fn(&[u8], &[u8]) -> io::Result<()>) {
    for (name, value) in entry.xattrs.iter().filter(|(name, _)| is_portable(name)) {
        let _ = set(name, value);
    }
}
