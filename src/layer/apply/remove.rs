//! Clearing the place of an entry that replaces another one.

use crate::layer::apply::tree::{EntryPath, LayerTree};
use crate::layer::path::join;
use crate::sys::files::listing;
use anyhow::Result;
use rustix::fs::{AtFlags, FileType, Mode, OFlags};
use std::hash::BuildHasher;
use std::os::fd::{AsFd, BorrowedFd};

impl LayerTree<'_> {
    /// Removes what is at an entry's path, with everything below it. Files that the tar-split needs are kept apart.
    pub fn remove(&mut self, at: &EntryPath<'_>) -> Result<()> {
        let path = at.path();
        let Some(stat) = at.stat()? else {
            return Ok(());
        };
        let kind = FileType::from_raw_mode(stat.st_mode);
        if matches!(kind, FileType::Directory | FileType::Symlink) {
            // The last parent may be below, or its path may lead through the symlink.
            self.last_parent = None;
        }
        if kind == FileType::Directory {
            self.remove_below(at.fd(), at.name, &path)?;
            rustix::fs::unlinkat(at.fd(), at.name, AtFlags::REMOVEDIR)?;
            self.forget_below(&path);
        } else {
            self.remove_file(at.fd(), at.name, &path)?;
        }
        self.deferred.remove(&path);
        self.implicit_dirs.remove(&path);
        Ok(())
    }

    fn remove_below(&mut self, parent: BorrowedFd<'_>, name: &[u8], path: &[u8]) -> Result<()> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let directory = rustix::fs::openat(parent, name, flags, Mode::empty())?;
        for (name, kind) in listing::list(directory.as_fd())? {
            let path = join(path, &name);
            if kind == FileType::Directory {
                // The limit on a path's components bounds the recursion.
                self.remove_below(directory.as_fd(), &name, &path)?;
                rustix::fs::unlinkat(&directory, name.as_slice(), AtFlags::REMOVEDIR)?;
            } else {
                self.remove_file(directory.as_fd(), &name, &path)?;
            }
        }
        Ok(())
    }

    fn remove_file(&mut self, parent: BorrowedFd<'_>, name: &[u8], path: &[u8]) -> Result<()> {
        let Some(number) = self.contents.remove(&self.path_hash.hash_one(path)) else {
            return Ok(rustix::fs::unlinkat(parent, name, AtFlags::empty())?);
        };
        let stat = rustix::fs::statat(parent, name, AtFlags::SYMLINK_NOFOLLOW)?;
        self.size -= stat.st_size as u64;
        match number {
            None => Ok(rustix::fs::unlinkat(parent, name, AtFlags::empty())?),
            Some(number) => self.replaced.keep(self.root, parent, name, number),
        }
    }

    /// Drops what was to be done below a removed directory.
    fn forget_below(&mut self, path: &[u8]) {
        // All that starts with `path/`: '0' is the byte after '/'.
        let below = join(path, b"")..[path, b"0"].concat();
        self.deferred.extract_if(below.clone(), |_, _| true).for_each(drop);
        self.implicit_dirs.extract_if(below.clone(), |_| true).for_each(drop);
        self.pending_links.extract_if(below, |_, _| true).for_each(drop);
    }
}
