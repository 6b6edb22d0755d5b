//! Copying a tar into a tree that is there, and perhaps in use, as tar(1) does: what `cp` is made of.
//!
//! Both sides are hostile. The tar may be a container's, and the tree too, whose processes may put a symlink in the place of
//! what was made a moment ago (CVE-2018-15664). So a path is only ever resolved by the kernel inside the root, and whatever was made
//! is then named by its descriptor, or by a call that follows no symlink.

use crate::layer::apply::tree::{MAX_EXAMPLES, PER_NAME, as_path, clean};
use crate::layer::attributes::{is_portable, own, times};
use crate::layer::model::Skipped;
use crate::layer::tar::read::entries::{BLOCK, Entries, Entry, Kind};
use crate::layer::tar::read::sparse;
use crate::layer::tar::read::stream::Stream;
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

/// The kernel takes no longer path (PATH_MAX), so there is no deeper one.
const DEPTH: usize = 2048;
/// Bytes of memory for the directories whose attributes come last.
const MEMORY: usize = 256 << 20;

/// Where a tar is copied to.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    /// Nothing outside is touched.
    pub root: BorrowedFd<'a>,
    /// The directory in the root that entries are placed in; it is there, and stays as it is itself.
    pub directory: &'a Path,
    /// Whether symlinks below that directory lead somewhere, inside the root; else they are no directories.
    pub follow: bool,
    /// How many names each path loses at its front.
    pub strip: usize,
    /// The name that it gets there; may be empty.
    pub name: &'a [u8],
    /// Whether entries have the owners that the tar says, and not this process's user and group.
    pub owners: bool,
    /// Whether devices are made, and not left out.
    pub devices: bool,
}

/// Unpacks a tar into a tree that is there and may be changing; see [`Target`]. Returns the tar's size without extended headers,
/// and what was left out.
pub fn copy_in(tar: &mut dyn BufRead, target: &Target<'_>) -> Result<(u64, Skipped)> {
    let mut entries = Entries::new(Stream::new(tar, u64::MAX), None);
    let flags = OFlags::PATH | OFlags::DIRECTORY;
    let base = rooted::open(target.root, target.directory, flags, Mode::empty());
    let mut copy = Copy {
        target,
        base: base.with_context(|| target.directory.display().to_string())?,
        last: None,
        late: BTreeMap::new(),
        held: 0,
        size: 2 * BLOCK,
        skipped: Skipped::default(),
    };
    while let Some(entry) = entries.next()? {
        copy.size += BLOCK + entry.size.next_multiple_of(BLOCK);
        copy.put(&entry, &mut entries)
            .with_context(|| format!("copying {}", as_path(&entry.path).display()))?;
    }
    entries.finish()?;
    copy.finish_directories()?;
    Ok((copy.size, copy.skipped))
}

struct Copy<'a> {
    target: &'a Target<'a>,
    base: OwnedFd,
    /// The parent of the last entry: tars list a directory's entries one after the other.
    last: Option<Rc<Parent>>,
    /// Directories, by path, and what they get when nothing is placed in them any more.
    late: BTreeMap<Vec<u8>, Late>,
    /// Bytes that these hold.
    held: usize,
    size: u64,
    skipped: Skipped,
}

struct Parent {
    /// Below the target's directory.
    path: Vec<u8>,
    fd: OwnedFd,
}

struct Late {
    mode: u32,
    mtime: Timespec,
    /// It was there before: it may be somebody else's.
    existed: bool,
}

impl Copy<'_> {
    fn put(&mut self, entry: &Entry, entries: &mut Entries<'_>) -> Result<()> {
        let path = self.path(&entry.path)?;
        let Some((name, parents)) = path.split_last() else {
            return Ok(());
        };
        if !self.can_make(entry) {
            return Ok(());
        }
        let parent = self.parent(parents)?;
        let (fd, name) = (parent.fd.as_fd(), *name);
        let is_directory = entry.kind == Kind::Directory;
        match stat(fd, name)?.map(|stat| FileType::from_raw_mode(stat.st_mode) == FileType::Directory) {
            Some(true) if !is_directory => bail!("cannot overwrite directory with non-directory"),
            Some(false) if is_directory => bail!("cannot overwrite non-directory with directory"),
            // Never written into: what is there may have other names, or lead elsewhere.
            Some(false) if entry.kind != Kind::HardLink => rustix::fs::unlinkat(fd, name, AtFlags::empty())?,
            _ => {}
        }
        match entry.kind {
            Kind::File => self.put_file(fd, name, entry, entries),
            Kind::Directory => self.put_directory(fd, name, path.join(b"/".as_slice()), entry),
            Kind::Symlink => {
                ensure!(!entry.link.is_empty(), "a symlink to nothing");
                rustix::fs::symlinkat(entry.link.as_slice(), fd, name)?;
                self.set_attributes_at(fd, name, entry)
            }
            Kind::HardLink => self.put_link(fd, name, entry),
            Kind::CharDevice | Kind::BlockDevice | Kind::Fifo | Kind::Unknown(_) => self.put_node(fd, name, entry),
        }
    }

    /// Where a path of the tar leads, below the target's directory: no `..`, no leading slash.
    fn path<'n>(&self, path: &'n [u8]) -> Result<Vec<&'n [u8]>>
    where
        Self: 'n,
    {
        let mut components = clean(path, DEPTH)?;
        ensure!(components.len() >= self.target.strip, "is not below what was asked for");
        components.drain(..self.target.strip);
        if !self.target.name.is_empty() {
            components.insert(0, self.target.name);
        }
        Ok(components)
    }

    /// Whether the entry is of a kind that is made; else it is remembered as left out.
    fn can_make(&mut self, entry: &Entry) -> bool {
        let why = match entry.kind {
            Kind::CharDevice | Kind::BlockDevice if !self.target.devices => "a device".to_owned(),
            Kind::Unknown(kind) => format!("unknown type {:?}", char::from(kind)),
            _ => return true,
        };
        self.skip(entry, why);
        false
    }

    fn skip(&mut self, entry: &Entry, why: String) {
        self.skipped.count += 1;
        if self.skipped.first.len() < MAX_EXAMPLES {
            self.skipped.first.push((as_path(&entry.path).to_owned(), why));
        }
    }

    /// Opens the directory with this path; what is missing is made.
    fn parent(&mut self, parents: &[&[u8]]) -> Result<Rc<Parent>> {
        let path = parents.join(b"/".as_slice());
        if let Some(last) = self.last.as_ref().filter(|last| last.path == path) {
            return Ok(last.clone());
        }
        let fd = match (self.open_directory(&path), parents.split_last()) {
            (Err(error), Some((name, above))) if error.kind() == io::ErrorKind::NotFound => {
                let above = self.parent(above)?;
                match rustix::fs::mkdirat(&above.fd, *name, Mode::from_raw_mode(0o755)) {
                    Ok(()) | Err(Errno::EXIST) => self.open_directory(&path),
                    Err(error) => Err(error.into()),
                }
            }
            (result, _) => result,
        };
        let fd = fd.with_context(|| as_path(&path).display().to_string())?;
        let parent = Rc::new(Parent { path, fd });
        self.last = Some(parent.clone());
        Ok(parent)
    }

    fn open_directory(&self, path: &[u8]) -> io::Result<OwnedFd> {
        let flags = OFlags::PATH | OFlags::DIRECTORY;
        match self.target.follow {
            true => rooted::open(self.target.root, self.whole(path), flags, Mode::empty()),
            false => rooted::open_exact(&self.base, as_path(path), flags),
        }
    }

    /// From the root.
    fn whole(&self, path: &[u8]) -> PathBuf {
        self.target.directory.join(as_path(path))
    }

    fn put_file(&self, parent: BorrowedFd<'_>, name: &[u8], entry: &Entry, entries: &mut Entries<'_>) -> Result<()> {
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mut file = File::from(rustix::fs::openat(parent, name, flags, Mode::RUSR | Mode::WUSR)?);
        match &entry.sparse {
            None => entries.content(&mut |bytes| file.write_all(bytes))?,
            Some(pieces) => {
                sparse::fill(entries, &file, pieces)?;
            }
        }
        self.own(&rustix::fs::fstat(&file)?, entry, |uid, gid| {
            rustix::fs::fchown(&file, uid, gid)
        })?;
        rustix::fs::fchmod(&file, mode(&rustix::fs::fstat(&file)?, entry))?;
        set_xattrs(entry, |name, value| xattr::set(&file, name, value));
        Ok(rustix::fs::futimens(&file, &times(entry.mtime))?)
    }

    fn put_directory(&mut self, parent: BorrowedFd<'_>, name: &[u8], path: Vec<u8>, entry: &Entry) -> Result<()> {
        // Entries will be placed in it, with whatever right this process has.
        let existed = match rustix::fs::mkdirat(parent, name, Mode::from_raw_mode(entry.mode & 0o777 | 0o700)) {
            Err(Errno::EXIST) => true,
            result => result.map(|()| false)?,
        };
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let directory = rustix::fs::openat(parent, name, flags, Mode::empty())?;
        self.own(&rustix::fs::fstat(&directory)?, entry, |uid, gid| {
            rustix::fs::fchown(&directory, uid, gid)
        })?;
        set_xattrs(entry, |name, value| xattr::set(&directory, name, value));
        self.held += path.len() + PER_NAME;
        ensure!(
            self.held <= MEMORY,
            "directories with names of more than {MEMORY} bytes"
        );
        let late = Late {
            mode: entry.mode,
            mtime: entry.mtime,
            existed,
        };
        self.late.insert(path, late);
        Ok(())
    }

    /// A further name of what came before in the same tar, or of what was there.
    fn put_link(&mut self, parent: BorrowedFd<'_>, name: &[u8], entry: &Entry) -> Result<()> {
        let link = || format!("a hard link to {}", as_path(&entry.link).display());
        let target = self.path(&entry.link).with_context(link)?;
        let (target_name, above) = target.split_last().with_context(link)?;
        let above = self.open_directory(&above.join(b"/".as_slice())).with_context(link)?;
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

    fn put_node(&mut self, parent: BorrowedFd<'_>, name: &[u8], entry: &Entry) -> Result<()> {
        let kind = match entry.kind {
            Kind::CharDevice => FileType::CharacterDevice,
            Kind::BlockDevice => FileType::BlockDevice,
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

    /// For what cannot be opened.
    fn set_attributes_at(&self, parent: BorrowedFd<'_>, name: &[u8], entry: &Entry) -> Result<()> {
        let nofollow = AtFlags::SYMLINK_NOFOLLOW;
        let now = || stat(parent, name)?.context("vanished");
        self.own(&now()?, entry, |uid, gid| {
            rustix::fs::chownat(parent, name, uid, gid, nofollow)
        })?;
        if entry.kind != Kind::Symlink {
            rooted::set_mode(parent, name, mode(&now()?, entry))?;
        }
        set_xattrs(entry, |attribute, value| xattr::set_at(parent, name, attribute, value));
        Ok(rustix::fs::utimensat(parent, name, &times(entry.mtime), nofollow)?)
    }

    fn own(
        &self,
        stat: &Stat,
        entry: &Entry,
        chown: impl FnOnce(Option<rustix::fs::Uid>, Option<rustix::fs::Gid>) -> rustix::io::Result<()>,
    ) -> Result<()> {
        match self.target.owners {
            true => own(stat, (entry.uid, entry.gid), chown),
            false => Ok(()),
        }
    }

    /// Children change a directory's time, and a final mode may shut us out: so these come last, children before parents.
    fn finish_directories(&mut self) -> Result<()> {
        while let Some((path, late)) = self.late.pop_last() {
            let finish = || -> io::Result<()> {
                let flags = OFlags::RDONLY | OFlags::DIRECTORY;
                let directory = match self.target.follow {
                    true => rooted::open(self.target.root, self.whole(&path), flags, Mode::empty())?,
                    false => rooted::open_exact(&self.base, as_path(&path), flags)?,
                };
                rustix::fs::fchmod(&directory, Mode::from_raw_mode(late.mode))?;
                Ok(rustix::fs::futimens(directory.as_fd(), &times(late.mtime))?)
            };
            match finish() {
                // The container has removed it meanwhile.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) if late.existed && error.kind() == io::ErrorKind::PermissionDenied => {}
                result => result.with_context(|| format!("directory {}", as_path(&path).display()))?,
            }
        }
        Ok(())
    }
}

/// What is there, not following a symlink.
fn stat(parent: BorrowedFd<'_>, name: &[u8]) -> Result<Option<Stat>> {
    match rustix::fs::statat(parent, name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(stat) => Ok(Some(stat)),
        Err(Errno::NOENT) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The entry's mode. Set-id bits were given to a program with its owner in mind: as another's it has none.
fn mode(stat: &Stat, entry: &Entry) -> Mode {
    let mut mode = entry.mode;
    if stat.st_uid != entry.uid {
        mode &= !0o4000;
    }
    if stat.st_gid != entry.gid {
        mode &= !0o2000;
    }
    Mode::from_raw_mode(mode)
}

/// Those that this filesystem, this kind of file or this user cannot have are left out.
fn set_xattrs(entry: &Entry, set: impl Fn(&[u8], &[u8]) -> io::Result<()>) {
    for (name, value) in entry.xattrs.iter().filter(|(name, _)| is_portable(name)) {
        let _ = set(name, value);
    }
}
