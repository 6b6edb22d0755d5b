//! Packing: a directory in overlayfs's form as a layer's tar, the way back of `apply`.
//!
//! The same tree gives the same bytes: names are sorted, times are those of change only, and a PAX header is written only
//! for what a plain one cannot hold. What is overlayfs's own does not get out.

use super::apply::{OPAQUE, WHITEOUT};
use super::attributes::is_portable;
use super::merged::is_opaque;
use super::tree::{as_path, is_whiteout, join};
use super::write::{Item, TarWriter};
use crate::sys::overlay::Flavour;
use crate::sys::{rooted, xattr};
use anyhow::{Context, Result, bail, ensure};
use rustix::fs::{AtFlags, FileType, Mode, OFlags, Stat};
use std::collections::HashMap;
use std::fs::File;
use std::io::Write;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

/// See [`super::pack`].
pub(super) fn pack(
    upper: BorrowedFd<'_>,
    flavour: Flavour,
    skip: &[PathBuf],
    latest: Option<i64>,
    out: &mut dyn Write,
) -> Result<()> {
    let mut pack = Pack {
        upper,
        flavour,
        latest,
        skip: skip.iter().map(|path| path.as_os_str().as_bytes()).collect(),
        links: HashMap::new(),
        tar: TarWriter::new(out),
    };
    pack.directory(b"")?;
    pack.tar.finish()
}

struct Pack<'a> {
    upper: BorrowedFd<'a>,
    flavour: Flavour,
    /// The latest time of change that is written.
    latest: Option<i64>,
    skip: Vec<&'a [u8]>,
    /// Files with several names: where each was first.
    links: HashMap<(u64, u64), Vec<u8>>,
    tar: TarWriter<'a>,
}

impl Pack<'_> {
    /// The entries of one directory, and all below. A path longer than the kernel takes is an error, which also bounds
    /// the recursion.
    fn directory(&mut self, path: &[u8]) -> Result<()> {
        let open = || rooted::open_exact(self.upper, as_path(path), OFlags::RDONLY | OFlags::DIRECTORY);
        let context = || format!("packing {}", as_path(path).display());
        let directory = open().with_context(context)?;
        let mut below = Vec::new();
        for (name, _) in super::list(directory.as_fd()).with_context(context)? {
            let path = join(path, &name);
            if self.skip.contains(&path.as_slice()) {
                continue;
            }
            let entry = self.entry(directory.as_fd(), &name, &path);
            if entry.with_context(|| format!("packing {}", as_path(&path).display()))? {
                below.push(path);
            }
        }
        // Not open while those below are: a tree may be deeper than a process may have open files.
        drop(directory);
        below.iter().try_for_each(|path| self.directory(path))
    }

    /// Writes one entry; true for a directory, whose entries are still to be written.
    fn entry(&mut self, parent: BorrowedFd<'_>, name: &[u8], path: &[u8]) -> Result<bool> {
        let mut stat = rustix::fs::statat(parent, name, AtFlags::SYMLINK_NOFOLLOW)?;
        if let Some(latest) = self.latest.filter(|latest| stat.st_mtime >= *latest) {
            (stat.st_mtime, stat.st_mtime_nsec) = (latest, 0);
        }
        ensure!(
            !name.starts_with(WHITEOUT),
            "a layer cannot have a name that starts with .wh."
        );
        if is_whiteout(&stat) {
            let (parent, _) = path.split_at(path.len() - name.len());
            self.tar.whiteout(&[parent, WHITEOUT, name].concat())?;
            return Ok(false);
        }
        let kind = FileType::from_raw_mode(stat.st_mode);
        if kind == FileType::Socket {
            // A socket lives as long as who listens.
            return Ok(false);
        }
        let xattrs = self.xattrs(parent, name)?;
        let item = Item {
            path,
            stat: &stat,
            xattrs: &xattrs,
        };
        if kind != FileType::Directory && stat.st_nlink > 1 {
            let inode = (stat.st_dev, stat.st_ino);
            if let Some(first) = self.links.get(&inode) {
                self.tar.hard_link(&item, first)?;
                return Ok(false);
            }
            self.links.insert(inode, path.to_vec());
        }
        match kind {
            FileType::RegularFile => {
                let file = open_file(parent, name, &stat)?;
                self.tar.file(&item, file)?;
            }
            FileType::Directory => {
                self.tar.directory(&item)?;
                if is_opaque(parent, name, self.flavour)? {
                    self.tar.whiteout(&join(path, OPAQUE))?;
                }
            }
            FileType::Symlink => {
                let target = rustix::fs::readlinkat(parent, name, Vec::new())?;
                self.tar.symlink(&item, target.as_bytes())?;
            }
            FileType::CharacterDevice | FileType::BlockDevice | FileType::Fifo => self.tar.node(&item)?,
            _ => bail!("an unknown type of file"),
        }
        Ok(kind == FileType::Directory)
    }

    /// An entry's attributes without overlayfs's own. Those of its own that put the content elsewhere are errors: the
    /// content would be lost. Mounts are made without the features that use them.
    fn xattrs(&self, parent: BorrowedFd<'_>, name: &[u8]) -> Result<Vec<(Vec<u8>, Vec<u8>)>> {
        let mut all = xattr::all_at(parent, name)?;
        for (name, _) in &all {
            let own = name.strip_prefix(self.flavour.prefix().as_bytes());
            if matches!(own, Some(b"redirect" | b"metacopy")) {
                bail!("has {}: its content is in another place", String::from_utf8_lossy(name));
            }
        }
        all.retain(|(name, _)| is_portable(name));
        Ok(all)
    }
}

pub(super) fn open_file(parent: BorrowedFd<'_>, name: &[u8], stat: &Stat) -> Result<File> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let file = File::from(rustix::fs::openat(parent, name, flags, Mode::empty())?);
    let now = rustix::fs::fstat(&file)?;
    ensure!(
        (now.st_dev, now.st_ino) == (stat.st_dev, stat.st_ino),
        "was replaced while it was packed"
    );
    Ok(file)
}
