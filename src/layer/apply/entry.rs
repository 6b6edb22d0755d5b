//! Making one entry of a tar: a file, directory, link or device, with its attributes.

use crate::layer::apply::tree::{DirAttributes, EntryPath, LayerTree};
use crate::layer::attributes;
use crate::layer::attributes::{ROOT_WITHOUT_ENTRY, is_portable, times};
use crate::layer::path::{as_path, components, join_all};
use crate::layer::tar::read::entries::{TarEntries, TarEntry, TarKind};
use crate::layer::whiteout::is_whiteout;
use crate::sys::files::{rooted, xattr};
use anyhow::{Context, Result, bail, ensure};
use rustix::fs::{AtFlags, FileType, Gid, Mode, OFlags, Stat, Uid};
use rustix::io::Errno;
use std::fs::File;
use std::io::Write;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

impl LayerTree<'_> {
    /// Makes an entry that is not a whiteout.
    pub fn make_entry(&mut self, at: &EntryPath<'_>, entry: &TarEntry, entries: &mut TarEntries<'_>) -> Result<()> {
        self.pending_links.remove(&at.path());
        match entry.kind {
            TarKind::File => self.make_file(at, entry, entries),
            TarKind::Directory => self.make_directory(at, entry),
            TarKind::Symlink => self.make_symlink(at, entry),
            TarKind::HardLink => self.make_hard_link(at, entry),
            TarKind::CharDevice | TarKind::BlockDevice | TarKind::Fifo => self.make_node(at, entry),
            TarKind::Unknown(kind) => {
                self.skip(&at.path(), format!("unknown type {:?}", char::from(kind)));
                Ok(())
            }
        }
    }

    /// Applies the entry of the layer's root, which has attributes only.
    pub fn set_root(&mut self, entry: &TarEntry) -> Result<()> {
        ensure!(entry.kind == TarKind::Directory, "the root is not a directory");
        let root = rooted::open_exact(self.root, ".", OFlags::RDONLY | OFlags::DIRECTORY)?;
        let stat = rustix::fs::fstat(&root)?;
        self.set_owner(&stat, entry, |uid, gid| rustix::fs::fchown(&root, uid, gid))?;
        self.set_xattrs(b"", entry, |name, value| xattr::set(&root, name, value))?;
        let attributes = DirAttributes {
            mode: Some(entry.mode),
            mtime: entry.mtime,
        };
        self.defer(Vec::new(), attributes)
    }

    fn make_file(&mut self, at: &EntryPath<'_>, entry: &TarEntry, entries: &mut TarEntries<'_>) -> Result<()> {
        // An existing file is never truncated: it may be another entry's too, by a hard link.
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mode = Mode::from_raw_mode(entry.mode & 0o777);
        let mut file = File::from(self.make_replacing(at, |fd, name| rustix::fs::openat(fd, name, flags, mode))?);
        let path = at.path();
        match &entry.sparse {
            None if entry.size == 0 => {}
            None => {
                let number = entries.content(&path, &mut |bytes| file.write_all(bytes))?;
                self.add_file(&path, entry.size, Some(number));
            }
            Some(map) => {
                ensure!(
                    map.size <= self.options.limits.bytes,
                    "larger than {} bytes",
                    self.options.limits.bytes
                );
                entries.unpack_sparse(&file, map)?;
                self.add_file(&path, map.size, None);
            }
        }
        let stat = rustix::fs::fstat(&file)?;
        self.set_owner(&stat, entry, |uid, gid| rustix::fs::fchown(&file, uid, gid))?;
        // After chown(2), which removes set-id bits and capabilities.
        if stat.st_mode & 0o7777 != entry.mode {
            rustix::fs::fchmod(&file, Mode::from_raw_mode(entry.mode))?;
        }
        self.set_xattrs(&path, entry, |name, value| xattr::set(&file, name, value))?;
        Ok(rustix::fs::futimens(&file, &times(entry.mtime))?)
    }

    fn make_directory(&mut self, at: &EntryPath<'_>, entry: &TarEntry) -> Result<()> {
        // Until the end this process must be able to make entries in it, also as an ordinary user.
        let mode = entry.mode | 0o700;
        let make = || rustix::fs::mkdirat(at.fd(), at.name, Mode::from_raw_mode(mode & 0o777));
        let mut opaque = false;
        match make() {
            Err(Errno::EXIST) => {
                let stat = at.stat()?.context("vanished")?;
                if FileType::from_raw_mode(stat.st_mode) != FileType::Directory {
                    self.remove(at)?;
                    make()?;
                    // What it replaces hid a lower layer's directory of this name, which must stay hidden.
                    opaque = true;
                }
            }
            result => result?,
        }
        if opaque {
            self.set_opaque(at.fd(), at.name)?;
        }
        let path = at.path();
        let stat = at.stat()?.context("vanished")?;
        self.set_owner(&stat, entry, |uid, gid| {
            rustix::fs::chownat(at.fd(), at.name, uid, gid, AtFlags::SYMLINK_NOFOLLOW)
        })?;
        if stat.st_mode & 0o7777 != mode {
            rustix::fs::chmodat(at.fd(), at.name, Mode::from_raw_mode(mode), AtFlags::empty())?;
        }
        if !entry.xattrs.is_empty() {
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let directory = rustix::fs::openat(at.fd(), at.name, flags, Mode::empty())?;
            self.set_xattrs(&path, entry, |name, value| xattr::set(&directory, name, value))?;
        }
        self.implicit_dirs.remove(&path);
        let attributes = DirAttributes {
            mode: (entry.mode != mode).then_some(entry.mode),
            mtime: entry.mtime,
        };
        self.defer(path, attributes)
    }

    fn make_symlink(&mut self, at: &EntryPath<'_>, entry: &TarEntry) -> Result<()> {
        ensure!(!entry.link.is_empty(), "a symlink to nothing");
        self.make_replacing(at, |fd, name| rustix::fs::symlinkat(entry.link.as_slice(), fd, name))?;
        self.add_file(&at.path(), entry.link.len() as u64, None);
        self.set_attributes_at(at, entry)
    }

    fn make_node(&mut self, at: &EntryPath<'_>, entry: &TarEntry) -> Result<()> {
        let kind = match entry.kind {
            TarKind::CharDevice if entry.device == (0, 0) => {
                // It would hide what the layers below have there.
                self.skip(&at.path(), "device 0:0 is overlayfs's whiteout".to_owned());
                return Ok(());
            }
            TarKind::CharDevice => FileType::CharacterDevice,
            TarKind::BlockDevice => FileType::BlockDevice,
            _ => FileType::Fifo,
        };
        let (major, minor) = entry.device;
        let device = rustix::fs::makedev(major, minor);
        let mode = Mode::from_raw_mode(entry.mode & 0o777);
        match self.make_replacing(at, |fd, name| rustix::fs::mknodat(fd, name, kind, mode, device)) {
            Err(error) if kind != FileType::Fifo && error.downcast_ref() == Some(&Errno::PERM) => {
                self.skip(&at.path(), format!("device {major}:{minor}: not permitted"));
                return Ok(());
            }
            result => result?,
        }
        self.set_attributes_at(at, entry)?;
        Ok(())
    }

    /// A hard link has no attributes of its own. It is deferred where its target is not in this layer, or not yet.
    fn make_hard_link(&mut self, at: &EntryPath<'_>, entry: &TarEntry) -> Result<()> {
        let target = components(&entry.link, self.options.limits.depth).context("link target")?;
        ensure!(!target.is_empty(), "a hard link to the root");
        if !self.try_link(at, &target)? {
            self.remove(at)?;
            self.add_pending_link(at.path(), join_all(&target))?;
        }
        Ok(())
    }

    /// Makes a hard link if its target is in this layer; false if it is not.
    pub fn try_link(&mut self, at: &EntryPath<'_>, target: &[&[u8]]) -> Result<bool> {
        let (name, parents) = target.split_last().context("a hard link to the root")?;
        let Some(parent) = self.find_parent(parents)? else {
            return Ok(false);
        };
        let target = EntryPath { parent, name };
        let Some(stat) = target.stat()?.filter(|stat| !is_whiteout(stat)) else {
            return Ok(false);
        };
        if FileType::from_raw_mode(stat.st_mode) == FileType::Directory {
            bail!("a hard link to a directory, {}", as_path(&target.path()).display());
        }
        let same = |here: Stat| (here.st_dev, here.st_ino) == (stat.st_dev, stat.st_ino);
        if at.stat()?.is_some_and(same) {
            return Ok(true);
        }
        self.make_replacing(at, |fd, name| {
            rustix::fs::linkat(target.fd(), target.name, fd, name, AtFlags::empty())
        })?;
        Ok(true)
    }

    /// Makes something that must not exist yet. What is there is removed first, but only after a failure: mostly
    /// nothing is there.
    fn make_replacing<T>(
        &mut self,
        at: &EntryPath<'_>,
        make: impl Fn(BorrowedFd<'_>, &[u8]) -> rustix::io::Result<T>,
    ) -> Result<T> {
        match make(at.fd(), at.name) {
            Err(Errno::EXIST) => {
                self.remove(at)?;
                Ok(make(at.fd(), at.name)?)
            }
            result => Ok(result?),
        }
    }

    /// Sets the attributes of what cannot be opened: a symlink, device or pipe.
    fn set_attributes_at(&mut self, at: &EntryPath<'_>, entry: &TarEntry) -> Result<()> {
        let stat = at.stat()?.context("vanished")?;
        let nofollow = AtFlags::SYMLINK_NOFOLLOW;
        self.set_owner(&stat, entry, |uid, gid| {
            rustix::fs::chownat(at.fd(), at.name, uid, gid, nofollow)
        })?;
        if entry.kind != TarKind::Symlink && stat.st_mode & 0o7777 != entry.mode {
            rustix::fs::chmodat(at.fd(), at.name, Mode::from_raw_mode(entry.mode), AtFlags::empty())?;
        }
        self.set_xattrs(&at.path(), entry, |name, value| {
            xattr::set_at(at.fd(), at.name, name, value)
        })?;
        Ok(rustix::fs::utimensat(at.fd(), at.name, &times(entry.mtime), nofollow)?)
    }

    fn set_owner(
        &self,
        stat: &Stat,
        entry: &TarEntry,
        chown: impl FnOnce(Option<Uid>, Option<Gid>) -> rustix::io::Result<()>,
    ) -> Result<()> {
        if self.options.single_id {
            return Ok(());
        }
        attributes::set_owner(stat, (entry.uid, entry.gid), chown)
    }

    fn set_xattrs(
        &mut self,
        path: &[u8],
        entry: &TarEntry,
        set: impl Fn(&[u8], &[u8]) -> std::io::Result<()>,
    ) -> Result<()> {
        for (name, value) in entry.xattrs.iter().filter(|(name, _)| is_portable(name)) {
            let what = || format!("attribute {}", String::from_utf8_lossy(name));
            match set(name, value) {
                Ok(()) => {}
                // This filesystem, this type of file or this user cannot have it: no reason to refuse a layer.
                Err(error) if matches!(error.raw_os_error(), Some(libc::EOPNOTSUPP | libc::EPERM)) => {
                    self.skip(path, format!("{}: {error}", what()));
                }
                Err(error) => return Err(error).with_context(what),
            }
        }
        Ok(())
    }

    /// Sets the deferred attributes of directories.
    pub fn finish_directories(&mut self) -> Result<()> {
        self.deferred.entry(Vec::new()).or_insert(DirAttributes {
            mode: Some(0o755),
            mtime: ROOT_WITHOUT_ENTRY,
        });
        // Children before parents, whose final mode may deny access.
        while let Some((path, attributes)) = self.deferred.pop_last() {
            let finish = || -> Result<()> {
                let directory: OwnedFd =
                    rooted::open_exact(self.root, as_path(&path), OFlags::RDONLY | OFlags::DIRECTORY)?;
                if let Some(mode) = attributes.mode {
                    rustix::fs::fchmod(&directory, Mode::from_raw_mode(mode))?;
                }
                Ok(rustix::fs::futimens(directory.as_fd(), &times(attributes.mtime))?)
            };
            finish().with_context(|| format!("directory {}", as_path(&path).display()))?;
        }
        Ok(())
    }
}
