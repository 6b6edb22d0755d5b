//! Files that a later entry of the same tar replaced, but whose content the tar-split needs.

use crate::sys::files::random_name::random_name;
use crate::sys::files::rooted;
use anyhow::Result;
use rustix::fs::{AtFlags, Mode, OFlags};
use std::collections::BTreeSet;
use std::fs::File;
use std::os::fd::{BorrowedFd, OwnedFd};

/// The replaced files, in a directory of the layer's root until the tar has ended.
#[derive(Default)]
pub struct ReplacedFiles {
    /// Made for the first one.
    directory: Option<Directory>,
    /// In the tar-split.
    numbers: BTreeSet<u32>,
}

struct Directory {
    name: String,
    fd: OwnedFd,
}

impl ReplacedFiles {
    /// Moves the file with this number in the tar-split away from its place.
    pub fn keep(&mut self, root: BorrowedFd<'_>, parent: BorrowedFd<'_>, name: &[u8], number: u32) -> Result<()> {
        if self.directory.is_none() {
            // Random, so that no tar can name it.
            let name = format!(".lamel-replaced-{}", random_name());
            rustix::fs::mkdirat(root, &name, Mode::RWXU)?;
            let fd = rooted::open_exact(root, &name, OFlags::PATH | OFlags::DIRECTORY)?;
            self.directory = Some(Directory { name, fd });
        }
        let directory = self.directory.as_ref().expect("made above");
        rustix::fs::renameat(parent, name, &directory.fd, number.to_string())?;
        self.numbers.insert(number);
        Ok(())
    }

    /// The files, in the order of their numbers.
    pub fn files(&self) -> impl Iterator<Item = Result<(u32, File)>> {
        self.directory.iter().flat_map(|directory| {
            self.numbers.iter().map(|&number| {
                let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
                let file = rustix::fs::openat(&directory.fd, number.to_string(), flags, Mode::empty())?;
                Ok((number, File::from(file)))
            })
        })
    }

    /// Removes the files.
    pub fn discard(self, root: BorrowedFd<'_>) -> Result<()> {
        if let Some(directory) = self.directory {
            for number in self.numbers {
                rustix::fs::unlinkat(&directory.fd, number.to_string(), AtFlags::empty())?;
            }
            rustix::fs::unlinkat(root, &directory.name, AtFlags::REMOVEDIR)?;
        }
        Ok(())
    }
}
