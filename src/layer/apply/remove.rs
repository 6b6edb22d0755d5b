//! Clearing the place of an entry that replaces another one, without losing what the tar-split needs.

use crate::layer::apply::tree::{Place, Tree, join};
use crate::sys::files::listing;
use crate::sys::files::rooted;
use anyhow::Result;
use rustix::fs::{AtFlags, FileType, Mode, OFlags};
use std::collections::BTreeSet;
use std::fs::File;
use std::hash::{BuildHasher, RandomState};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

/// Files whose place another entry of the same tar took, but whose content the tar-split needs. They wait in a directory
/// of the tree until the tar has ended.
pub struct Replaced {
    name: String,
    fd: OwnedFd,
    numbers: BTreeSet<u32>,
}

impl Tree<'_> {
    /// A file with content, or a symlink, was placed; `number` is its number in the tar-split, if the content is not in there.
    pub fn placed_file(&mut self, path: &[u8], size: u64, number: Option<u32>) {
        self.size += size;
        if size > 0 {
            self.contents.insert(self.hash.hash_one(path), number);
        }
    }

    /// Takes away what is in an entry's place, with all that is below it.
    pub fn remove(&mut self, place: &Place<'_>) -> Result<()> {
        let path = place.path();
        let Some(stat) = place.stat()? else {
            return Ok(());
        };
        let kind = FileType::from_raw_mode(stat.st_mode);
        if matches!(kind, FileType::Directory | FileType::Symlink) {
            // The remembered parent may be below, or be reached through it.
            self.last = None;
        }
        if kind == FileType::Directory {
            self.remove_below(place.fd(), place.name, &path)?;
            rustix::fs::unlinkat(place.fd(), place.name, AtFlags::REMOVEDIR)?;
            self.forget_below(&path);
        } else {
            self.remove_file(place.fd(), place.name, &path)?;
        }
        self.late.remove(&path);
        self.implicit.remove(&path);
        Ok(())
    }

    fn remove_below(&mut self, parent: BorrowedFd<'_>, name: &[u8], path: &[u8]) -> Result<()> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let directory = rustix::fs::openat(parent, name, flags, Mode::empty())?;
        for (name, kind) in listing::list(directory.as_fd())? {
            let path = join(path, &name);
            if kind == FileType::Directory {
                // As deep as the limit lets a tar go.
                self.remove_below(directory.as_fd(), &name, &path)?;
                rustix::fs::unlinkat(&directory, name.as_slice(), AtFlags::REMOVEDIR)?;
            } else {
                self.remove_file(directory.as_fd(), &name, &path)?;
            }
        }
        Ok(())
    }

    fn remove_file(&mut self, parent: BorrowedFd<'_>, name: &[u8], path: &[u8]) -> Result<()> {
        let Some(number) = self.contents.remove(&self.hash.hash_one(path)) else {
            return Ok(rustix::fs::unlinkat(parent, name, AtFlags::empty())?);
        };
        let stat = rustix::fs::statat(parent, name, AtFlags::SYMLINK_NOFOLLOW)?;
        self.size -= stat.st_size as u64;
        match number {
            None => rustix::fs::unlinkat(parent, name, AtFlags::empty())?,
            Some(number) => {
                let replaced = self.replaced()?;
                rustix::fs::renameat(parent, name, &replaced.fd, number.to_string())?;
                replaced.numbers.insert(number);
            }
        }
        Ok(())
    }

    fn replaced(&mut self) -> Result<&mut Replaced> {
        if self.replaced.is_none() {
            // No tar can name it: the name is made only now.
            let name = format!(".lamel-replaced-{:016x}", RandomState::new().hash_one(0));
            rustix::fs::mkdirat(self.root, &name, Mode::RWXU)?;
            let fd = rooted::open_exact(self.root, &name, OFlags::PATH | OFlags::DIRECTORY)?;
            self.replaced = Some(Replaced {
                name,
                fd,
                numbers: BTreeSet::new(),
            });
        }
        Ok(self.replaced.as_mut().expect("made above"))
    }

    /// The replaced files that the tar-split needs, in the order of their numbers.
    pub fn lost(&self) -> impl Iterator<Item = Result<(u32, File)>> {
        self.replaced.iter().flat_map(|replaced| {
            replaced.numbers.iter().map(|&number| {
                let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
                let file = rustix::fs::openat(&replaced.fd, number.to_string(), flags, Mode::empty())?;
                Ok((number, File::from(file)))
            })
        })
    }

    /// Takes the replaced files away.
    pub fn discard_lost(&mut self) -> Result<()> {
        if let Some(replaced) = self.replaced.take() {
            for number in replaced.numbers {
                rustix::fs::unlinkat(&replaced.fd, number.to_string(), AtFlags::empty())?;
            }
            rustix::fs::unlinkat(self.root, &replaced.name, AtFlags::REMOVEDIR)?;
        }
        Ok(())
    }

    fn forget_below(&mut self, path: &[u8]) {
        // '0' is the byte after '/'.
        let (from, to) = (join(path, b""), [path, b"0"].concat());
        let range = from..to;
        for path in self
            .late
            .range(range.clone())
            .map(|(path, _)| path.clone())
            .collect::<Vec<_>>()
        {
            self.late.remove(&path);
        }
        for path in self.implicit.range(range.clone()).cloned().collect::<Vec<_>>() {
            self.implicit.remove(&path);
        }
        for path in self
            .links
            .range(range)
            .map(|(path, _)| path.clone())
            .collect::<Vec<_>>()
        {
            self.links.remove(&path);
        }
    }
}
