//! Packing a directory in overlayfs's form as a layer's tar: the reverse of [`crate::layer::apply`].
//!
//! The same tree gives the same bytes: names are sorted, only modification times are written, and a PAX header only for
//! what a plain one cannot hold. Overlayfs's own attributes are left out.

pub mod export;

use crate::layer::attributes::is_portable;
use crate::layer::path::{as_path, join};
use crate::layer::tar::write::header::EntryMetadata;
use crate::layer::tar::write::writer::TarWriter;
use crate::layer::whiteout;
use crate::layer::whiteout::{is_opaque, is_whiteout};
use crate::sys::files::listing;
use crate::sys::files::{rooted, xattr};
use crate::sys::mount::overlay::Flavour;
use anyhow::{Context, Result, bail, ensure};
use rustix::fs::{AtFlags, FileType, OFlags};
use std::collections::HashSet;
use std::io::Write;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

/// Writes a directory in overlay form (a container's upper directory) as a layer's tar. `skip`: paths, relative to the
/// root, that the engine made and that are left out. `latest`: seconds since 1970, to which later modification times
/// are set.
pub fn pack(
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
        tar: TarWriter::new(out),
    };
    pack.directory(b"")?;
    pack.tar.finish()
}

struct Pack<'a> {
    upper: BorrowedFd<'a>,
    flavour: Flavour,
    /// The latest modification time that is written.
    latest: Option<i64>,
    skip: HashSet<&'a [u8]>,
    tar: TarWriter<'a>,
}

impl Pack<'_> {
    /// Writes the entries of one directory, and everything below it. The kernel refuses a path longer than PATH_MAX,
    /// which also bounds the recursion.
    fn directory(&mut self, path: &[u8]) -> Result<()> {
        let open = || rooted::open_exact(self.upper, as_path(path), OFlags::RDONLY | OFlags::DIRECTORY);
        let context = || format!("packing {}", as_path(path).display());
        let directory = open().with_context(context)?;
        let mut below = Vec::new();
        for (name, _) in listing::list(directory.as_fd()).with_context(context)? {
            let path = join(path, &name);
            if self.skip.contains(path.as_slice()) {
                continue;
            }
            let entry = self.entry(directory.as_fd(), &name, &path);
            if entry.with_context(|| format!("packing {}", as_path(&path).display()))? {
                below.push(path);
            }
        }
        // Closed before those below are opened: a tree may be deeper than a process may have open files.
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
            !name.starts_with(whiteout::PREFIX),
            "a layer cannot have a name that starts with .wh."
        );
        if is_whiteout(&stat) {
            let (parent, _) = path.split_at(path.len() - name.len());
            self.tar.marker(&[parent, whiteout::PREFIX, name].concat())?;
            return Ok(false);
        }
        let xattrs = self.xattrs(parent, name)?;
        let metadata = EntryMetadata {
            path,
            stat: &stat,
            xattrs: &xattrs,
        };
        self.tar.entry(parent, name, &metadata)?;
        let is_directory = FileType::from_raw_mode(stat.st_mode) == FileType::Directory;
        if is_directory && is_opaque(parent, name, self.flavour)? {
            self.tar.marker(&join(path, whiteout::OPAQUE))?;
        }
        Ok(is_directory)
    }

    /// An entry's portable attributes. Fails on those with which overlayfs says that the content is elsewhere, since
    /// that would be lost. Mounts are made without the features that use them.
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
