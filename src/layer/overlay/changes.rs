//! What a container's upper directory changes, as `docker diff` shows it.
//!
//! Overlayfs copies a file up when it is opened for writing, and a directory when anything below it changes. So a file
//! in the upper directory counts as changed. A directory counts as changed only if something below it does, or if its
//! mode, owner or attributes differ: it may have been copied up for a child that was removed again.

use crate::layer::attributes::is_portable;
use crate::layer::model::{Change, ChangeKind};
use crate::layer::overlay::merged::{LayerStack, Merged};
use crate::layer::path::{as_path, join};
use crate::layer::whiteout::{is_opaque, is_whiteout};
use crate::sys::files::listing;
use crate::sys::files::{rooted, xattr};
use crate::sys::mount::overlay::Flavour;
use anyhow::{Context, Result};
use rustix::fs::{AtFlags, FileType, OFlags, Stat};
use std::collections::HashSet;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// Lists what `upper` changes against `lowers` (top first), sorted by path. `skip`: paths, relative to the root, that
/// the engine made.
pub fn changes(upper: BorrowedFd<'_>, lowers: &[OwnedFd], flavour: Flavour, skip: &[PathBuf]) -> Result<Vec<Change>> {
    let lowers = LayerStack::new(lowers.iter().map(|lower| lower.as_fd()), flavour);
    let all = lowers.all();
    let mut comparison = Comparison {
        upper,
        lowers,
        flavour,
        skip: skip.iter().map(|path| path.as_os_str().as_bytes()).collect(),
        changes: Vec::new(),
    };
    comparison.directory(b"", &all, false)?;
    let mut changes = comparison.changes;
    // By the bytes of the whole path: `Path` would be compared component by component.
    changes.sort_by(|a, b| a.path.as_os_str().cmp(b.path.as_os_str()));
    Ok(changes)
}

struct Comparison<'a> {
    upper: BorrowedFd<'a>,
    lowers: LayerStack<'a>,
    flavour: Flavour,
    skip: HashSet<&'a [u8]>,
    changes: Vec<Change>,
}

/// A directory of the upper that is still to be compared.
struct Subdirectory {
    path: Vec<u8>,
    /// The lower layers that have it too, top first.
    lowers: Vec<usize>,
    /// Nothing of the lower layers shows in it.
    opaque: bool,
    /// It is listed already, whatever is below it.
    listed: bool,
}

impl Comparison<'_> {
    /// Compares one directory and everything below it. `lowers`: the layers that have it too. `opaque`: nothing of them
    /// shows in it.
    fn directory(&mut self, path: &[u8], lowers: &[usize], opaque: bool) -> Result<()> {
        let below = self
            .entries(path, lowers, opaque)
            .with_context(|| format!("comparing /{}", as_path(path).display()))?;
        for directory in below {
            let before = self.changes.len();
            self.directory(&directory.path, &directory.lowers, directory.opaque)?;
            if !directory.listed && self.changes.len() > before {
                self.add(&directory.path, ChangeKind::Changed);
            }
        }
        Ok(())
    }

    /// Compares the entries of one directory. Returns the directories among them.
    fn entries(&mut self, path: &[u8], lowers: &[usize], opaque: bool) -> Result<Vec<Subdirectory>> {
        let upper = rooted::open_exact(self.upper, as_path(path), OFlags::RDONLY | OFlags::DIRECTORY)?;
        let lower = self.lowers.open(lowers, path)?;
        let names = listing::list(upper.as_fd())?;
        let mut below = Vec::new();
        for (name, kind) in &names {
            let path = join(path, name);
            if self.skip.contains(path.as_slice()) {
                continue;
            }
            let stat = rustix::fs::statat(&upper, name.as_slice(), AtFlags::SYMLINK_NOFOLLOW)?;
            let found = lower.child(name)?;
            if is_whiteout(&stat) {
                if !matches!(found, Merged::Nothing) {
                    self.add(&path, ChangeKind::Deleted);
                }
                continue;
            }
            let is_directory = *kind == FileType::Directory;
            let hides = is_directory && is_opaque(upper.as_fd(), name, self.flavour)?;
            let (lowers, listed) = match found {
                Merged::Nothing => (Vec::new(), Some(ChangeKind::Added)),
                Merged::Directory { layers, stat: before } if is_directory => {
                    let changed = hides || opaque || self.differs(upper.as_fd(), &path, &stat, &before, layers[0])?;
                    (layers, changed.then_some(ChangeKind::Changed))
                }
                _ => (Vec::new(), Some(ChangeKind::Changed)),
            };
            if let Some(kind) = listed {
                self.add(&path, kind);
            }
            if is_directory {
                below.push(Subdirectory {
                    path,
                    lowers,
                    opaque: hides || opaque,
                    listed: listed.is_some(),
                });
            }
        }
        if opaque {
            // What the lower layers have there, and was not made again, is gone.
            for name in lower.names()? {
                let path = join(path, &name);
                let again = names.binary_search_by(|(other, _)| other.cmp(&name)).is_ok();
                if !again && !self.skip.contains(path.as_slice()) {
                    self.add(&path, ChangeKind::Deleted);
                }
            }
        }
        Ok(below)
    }

    /// Whether a directory has other attributes than the one that it was copied up from. Its time does not count: it
    /// changes with its children, which are listed themselves.
    fn differs(&self, parent: BorrowedFd<'_>, path: &[u8], now: &Stat, before: &Stat, layer: usize) -> Result<bool> {
        if (now.st_mode, now.st_uid, now.st_gid) != (before.st_mode, before.st_uid, before.st_gid) {
            return Ok(true);
        }
        let name = as_path(path).file_name().map(OsStrExt::as_bytes).unwrap_or(b".");
        let portable = |mut all: Vec<(Vec<u8>, Vec<u8>)>| {
            all.retain(|(name, _)| is_portable(name));
            all
        };
        let before = self.lowers.open_in(layer, path)?;
        Ok(portable(xattr::all_at(parent, name)?) != portable(xattr::all_at(before.as_fd(), b".")?))
    }

    fn add(&mut self, path: &[u8], kind: ChangeKind) {
        self.changes.push(Change {
            path: Path::new("/").join(as_path(path)),
            kind,
        });
    }
}
