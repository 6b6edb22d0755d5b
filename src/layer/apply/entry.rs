//! Placing one entry of a tar: files, directories, links and devices, with their attributes.

use crate::layer::apply::tree::{Late, Place, Tree, as_path, clean, is_whiteout};
use crate::layer::attributes;
use crate::layer::attributes::{NO_ROOT, is_portable, times};
use crate::layer::tar::read::entries::{Entries, Entry, Kind};
use crate::layer::tar::read::sparse;
use crate::sys::files::{rooted, xattr};
use anyhow::{Context, Result, bail, ensure};
use rustix::fs::{AtFlags, FileType, Gid, Mode, OFlags, Stat, Uid};
use rustix::io::Errno;
use std::fs::File;
use std::io::Write;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

impl Tree<'_> {
    /// Places an entry that is no whiteout.
    pub fn put(&mut self, place: &Place<'_>, entry: &Entry, entries: &mut Entries<'_>) -> Result<()> {
        self.links.remove(&place.path());
        match entry.kind {
            Kind::File => self.put_file(place, entry, entries),
            Kind::Directory => self.put_directory(place, entry),
            Kind::Symlink => self.put_symlink(place, entry),
            Kind::HardLink => self.put_link(place, entry),
            Kind::CharDevice | Kind::BlockDevice | Kind::Fifo => self.put_node(place, entry),
            Kind::Unknown(kind) => {
                self.skip(&place.path(), format!("unknown type {:?}", char::from(kind)));
                Ok(())
            }
        }
    }

    /// The entry of the layer's root: attributes only.
    pub fn put_root(&mut self, entry: &Entry) -> Result<()> {
        ensure!(entry.kind == Kind::Directory, "the root is not a directory");
        let root = rooted::open_exact(self.root, ".", OFlags::RDONLY | OFlags::DIRECTORY)?;
        let stat = rustix::fs::fstat(&root)?;
        self.set_owner(&stat, entry, |uid, gid| rustix::fs::fchown(&root, uid, gid))?;
        self.set_xattrs(b"", entry, |name, value| xattr::set(&root, name, value))?;
        let late = Late {
            mode: Some(entry.mode),
            mtime: entry.mtime,
        };
        self.finish_later(Vec::new(), late)
    }

    fn put_file(&mut self, place: &Place<'_>, entry: &Entry, entries: &mut Entries<'_>) -> Result<()> {
        // Never truncated in place: what is there may be a hard link to another entry's file.
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mode = Mode::from_raw_mode(entry.mode & 0o777);
        let mut file = File::from(self.make(place, |fd, name| rustix::fs::openat(fd, name, flags, mode))?);
        let path = place.path();
        match &entry.sparse {
            None if entry.size == 0 => {}
            None => {
                let number = entries.note(&path, entry.size)?;
                entries.content(&mut |bytes| file.write_all(bytes))?;
                self.placed_file(&path, entry.size, Some(number));
            }
            // With holes the content is not what is in the tar: the tar-split keeps that too.
            Some(sparse) => {
                ensure!(
                    sparse.size <= self.options.limits.bytes,
                    "larger than {} bytes",
                    self.options.limits.bytes
                );
                sparse::fill(entries, &file, sparse)?;
                self.placed_file(&path, sparse.size, None);
            }
        }
        let stat = rustix::fs::fstat(&file)?;
        self.set_owner(&stat, entry, |uid, gid| rustix::fs::fchown(&file, uid, gid))?;
        // After the owner, whose change takes setuid and capabilities away.
        if stat.st_mode & 0o7777 != entry.mode {
            rustix::fs::fchmod(&file, Mode::from_raw_mode(entry.mode))?;
        }
        self.set_xattrs(&path, entry, |name, value| xattr::set(&file, name, value))?;
        Ok(rustix::fs::futimens(&file, &times(entry.mtime))?)
    }

    fn put_directory(&mut self, place: &Place<'_>, entry: &Entry) -> Result<()> {
        // Entries will be placed in it, with whatever right this process has.
        let mode = entry.mode | 0o700;
        let make = || rustix::fs::mkdirat(place.fd(), place.name, Mode::from_raw_mode(mode & 0o777));
        let mut opaque = false;
        match make() {
            Err(Errno::EXIST) => {
                let stat = place.stat()?.context("vanished")?;
                if FileType::from_raw_mode(stat.st_mode) != FileType::Directory {
                    self.remove(place)?;
                    make()?;
                    // What it replaced hid a lower layer's directory of this name, and must go on doing so.
                    opaque = true;
                }
            }
            result => result?,
        }
        if opaque {
            self.set_opaque(place.fd(), place.name)?;
        }
        let path = place.path();
        let stat = place.stat()?.context("vanished")?;
        self.set_owner(&stat, entry, |uid, gid| {
            rustix::fs::chownat(place.fd(), place.name, uid, gid, AtFlags::SYMLINK_NOFOLLOW)
        })?;
        if stat.st_mode & 0o7777 != mode {
            rustix::fs::chmodat(place.fd(), place.name, Mode::from_raw_mode(mode), AtFlags::empty())?;
        }
        if !entry.xattrs.is_empty() {
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let directory = rustix::fs::openat(place.fd(), place.name, flags, Mode::empty())?;
            self.set_xattrs(&path, entry, |name, value| xattr::set(&directory, name, value))?;
        }
        self.implicit.remove(&path);
        let late = Late {
            mode: (entry.mode != mode).then_some(entry.mode),
            mtime: entry.mtime,
        };
        self.finish_later(path, late)
    }

    fn put_symlink(&mut self, place: &Place<'_>, entry: &Entry) -> Result<()> {
        ensure!(!entry.link.is_empty(), "a symlink to nothing");
        self.make(place, |fd, name| rustix::fs::symlinkat(entry.link.as_slice(), fd, name))?;
        self.placed_file(&place.path(), entry.link.len() as u64, None);
        self.set_attributes_at(place, entry)
    }

    fn put_node(&mut self, place: &Place<'_>, entry: &Entry) -> Result<()> {
        let kind = match entry.kind {
            Kind::CharDevice if entry.device == (0, 0) => {
                // It would hide what the layers below have there, and be nothing itself.
                self.skip(&place.path(), "device 0:0 is overlayfs's whiteout".to_owned());
                return Ok(());
            }
            Kind::CharDevice => FileType::CharacterDevice,
            Kind::BlockDevice => FileType::BlockDevice,
            _ => FileType::Fifo,
        };
        let (major, minor) = entry.device;
        let device = rustix::fs::makedev(major, minor);
        let mode = Mode::from_raw_mode(entry.mode & 0o777);
        match self.make(place, |fd, name| rustix::fs::mknodat(fd, name, kind, mode, device)) {
            Err(error) if kind != FileType::Fifo && error.downcast_ref() == Some(&Errno::PERM) => {
                self.skip(&place.path(), format!("device {major}:{minor}: not permitted"));
                return Ok(());
            }
            result => result?,
        }
        self.set_attributes_at(place, entry)?;
        Ok(())
    }

    /// A hard link has no attributes of its own. Where the target is not in this layer, or not yet, it has to wait.
    fn put_link(&mut self, place: &Place<'_>, entry: &Entry) -> Result<()> {
        let target = clean(&entry.link, self.options.limits.depth).context("link target")?;
        ensure!(!target.is_empty(), "a hard link to the root");
        if !self.try_link(place, &target)? {
            self.remove(place)?;
            self.link_later(place.path(), target.join(b"/".as_slice()))?;
        }
        Ok(())
    }

    /// Makes the link if the target is in this layer.
    pub fn try_link(&mut self, place: &Place<'_>, target: &[&[u8]]) -> Result<bool> {
        let (name, parents) = target.split_last().context("a hard link to the root")?;
        let Some(parent) = self.find_parent(parents)? else {
            return Ok(false);
        };
        let target = Place { parent, name };
        let Some(stat) = target.stat()?.filter(|stat| !is_whiteout(stat)) else {
            return Ok(false);
        };
        if FileType::from_raw_mode(stat.st_mode) == FileType::Directory {
            bail!("a hard link to a directory, {}", as_path(&target.path()).display());
        }
        if place
            .stat()?
            .is_some_and(|here| (here.st_dev, here.st_ino) == (stat.st_dev, stat.st_ino))
        {
            return Ok(true);
        }
        self.make(place, |fd, name| {
            rustix::fs::linkat(target.fd(), target.name, fd, name, AtFlags::empty())
        })?;
        Ok(true)
    }

    /// Makes something under a name, clearing what is there only if there is something: mostly there is not.
    fn make<T>(
        &mut self,
        place: &Place<'_>,
        make: impl Fn(BorrowedFd<'_>, &[u8]) -> rustix::io::Result<T>,
    ) -> Result<T> {
        match make(place.fd(), place.name) {
            Err(Errno::EXIST) => {
                self.remove(place)?;
                Ok(make(place.fd(), place.name)?)
            }
            result => Ok(result?),
        }
    }

    /// For what cannot be opened.
    fn set_attributes_at(&mut self, place: &Place<'_>, entry: &Entry) -> Result<()> {
        let stat = place.stat()?.context("vanished")?;
        let nofollow = AtFlags::SYMLINK_NOFOLLOW;
        self.set_owner(&stat, entry, |uid, gid| {
            rustix::fs::chownat(place.fd(), place.name, uid, gid, nofollow)
        })?;
        if entry.kind != Kind::Symlink && stat.st_mode & 0o7777 != entry.mode {
            rustix::fs::chmodat(
                place.fd(),
                place.name,
                Mode::from_raw_mode(entry.mode),
                AtFlags::empty(),
            )?;
        }
        self.set_xattrs(&place.path(), entry, |name, value| {
            xattr::set_at(place.fd(), place.name, name, value)
        })?;
        Ok(rustix::fs::utimensat(
            place.fd(),
            place.name,
            &times(entry.mtime),
            nofollow,
        )?)
    }

    fn set_owner(
        &self,
        stat: &Stat,
        entry: &Entry,
        chown: impl FnOnce(Option<Uid>, Option<Gid>) -> rustix::io::Result<()>,
    ) -> Result<()> {
        if self.options.single_id {
            return Ok(());
        }
        attributes::own(stat, (entry.uid, entry.gid), chown)
    }

    fn set_xattrs(
        &mut self,
        path: &[u8],
        entry: &Entry,
        set: impl Fn(&[u8], &[u8]) -> std::io::Result<()>,
    ) -> Result<()> {
        for (name, value) in entry.xattrs.iter().filter(|(name, _)| is_portable(name)) {
            let told = || format!("attribute {}", String::from_utf8_lossy(name));
            match set(name, value) {
                Ok(()) => {}
                // Not kept by this filesystem, not by this type of file, or not by this user: no reason to refuse a layer.
                Err(error) if matches!(error.raw_os_error(), Some(libc::EOPNOTSUPP | libc::EPERM)) => {
                    self.skip(path, format!("{}: {error}", told()));
                }
                Err(error) => return Err(error).with_context(told),
            }
        }
        Ok(())
    }

    /// Gives the directories what their last entry took from them: children change a directory's time.
    pub fn finish_directories(&mut self) -> Result<()> {
        self.late.entry(Vec::new()).or_insert(Late {
            mode: Some(0o755),
            mtime: NO_ROOT,
        });
        // Children before parents: a parent's final mode may shut us out.
        while let Some((path, late)) = self.late.pop_last() {
            let finish = || -> Result<()> {
                let directory: OwnedFd =
                    rooted::open_exact(self.root, as_path(&path), OFlags::RDONLY | OFlags::DIRECTORY)?;
                if let Some(mode) = late.mode {
                    rustix::fs::fchmod(&directory, Mode::from_raw_mode(mode))?;
                }
                Ok(rustix::fs::futimens(directory.as_fd(), &times(late.mtime))?)
            };
            finish().with_context(|| format!("directory {}", as_path(&path).display()))?;
        }
        Ok(())
    }
}
