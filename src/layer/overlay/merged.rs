//! What overlayfs shows of a stack of directories, found without mounting it (kernel: Documentation/filesystems/
//! overlayfs.rst): the uppermost thing of a name wins, directories merge until a whiteout, something that is no
//! directory, or an opaque directory ends the search.
//!
//! A stack may have more than a hundred layers, so no directory stays open while one below it is looked at.

use crate::layer::apply::tree::{as_path, is_whiteout, join};
use crate::sys::files::listing;
use crate::sys::files::{rooted, xattr};
use crate::sys::overlay::Flavour;
use anyhow::{Context, Result};
use rustix::fs::{AtFlags, FileType, OFlags, Stat};
use rustix::io::Errno;
use std::collections::BTreeMap;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

/// Directories in overlay form, top first.
pub struct Stack<'a> {
    layers: Vec<BorrowedFd<'a>>,
    flavour: Flavour,
}

/// What is visible under a name.
pub enum Found {
    Nothing,
    /// No directory, in this layer.
    Other {
        layer: usize,
    },
    /// Merged from these layers, top first; the attributes are the uppermost one's.
    Directory {
        layers: Vec<usize>,
        stat: Stat,
    },
}

/// One merged directory, open in all its layers.
pub struct Merged {
    flavour: Flavour,
    dirs: Vec<(usize, OwnedFd)>,
}

impl<'a> Stack<'a> {
    pub fn new(layers: impl IntoIterator<Item = BorrowedFd<'a>>, flavour: Flavour) -> Stack<'a> {
        Stack {
            layers: layers.into_iter().collect(),
            flavour,
        }
    }

    /// All layers: where every search starts.
    pub fn all(&self) -> Vec<usize> {
        (0..self.layers.len()).collect()
    }

    /// Opens a directory in the layers that have it.
    pub fn open(&self, layers: &[usize], path: &[u8]) -> Result<Merged> {
        let dirs = layers.iter().map(|&layer| Ok((layer, self.open_in(layer, path)?)));
        Ok(Merged {
            flavour: self.flavour,
            dirs: dirs.collect::<Result<_>>()?,
        })
    }

    /// What is visible under a path.
    pub fn find(&self, path: &[u8]) -> Result<Found> {
        let mut here = Vec::new();
        let mut layers = self.all();
        let mut names = path.split(|&byte| byte == b'/').peekable();
        while let Some(name) = names.next() {
            let found = self.open(&layers, &here)?.child(name)?;
            match found {
                Found::Directory { layers: next, .. } if names.peek().is_some() => layers = next,
                // The rest of the path is below something that is no directory.
                Found::Other { .. } if names.peek().is_some() => return Ok(Found::Nothing),
                found => return Ok(found),
            }
            here = join(&here, name);
        }
        Ok(Found::Nothing)
    }

    /// Opens a directory in one layer.
    pub fn open_in(&self, layer: usize, path: &[u8]) -> Result<OwnedFd> {
        let open = rooted::open_exact(self.layers[layer], as_path(path), OFlags::RDONLY | OFlags::DIRECTORY);
        open.with_context(|| as_path(path).display().to_string())
    }
}

impl Merged {
    /// In the uppermost layer that has it.
    pub fn first(&self) -> Option<BorrowedFd<'_>> {
        self.dirs.first().map(|(_, dir)| dir.as_fd())
    }

    /// What is visible under a name in this directory.
    pub fn child(&self, name: &[u8]) -> Result<Found> {
        let mut layers = Vec::new();
        let mut top = None;
        for (layer, dir) in &self.dirs {
            let stat = match rustix::fs::statat(dir, name, AtFlags::SYMLINK_NOFOLLOW) {
                Ok(stat) => stat,
                Err(Errno::NOENT) => continue,
                Err(error) => return Err(error).with_context(|| as_path(name).display().to_string()),
            };
            if FileType::from_raw_mode(stat.st_mode) != FileType::Directory {
                if top.is_none() && !is_whiteout(&stat) {
                    return Ok(Found::Other { layer: *layer });
                }
                break;
            }
            layers.push(*layer);
            top.get_or_insert(stat);
            if is_opaque(dir.as_fd(), name, self.flavour)? {
                break;
            }
        }
        Ok(match top {
            Some(stat) => Found::Directory { layers, stat },
            None => Found::Nothing,
        })
    }

    /// All names that are visible in this directory, sorted.
    pub fn names(&self) -> Result<Vec<Vec<u8>>> {
        let mut names = BTreeMap::new();
        for (_, dir) in &self.dirs {
            for (name, kind) in listing::list(dir.as_fd())? {
                if names.contains_key(&name) {
                    continue;
                }
                let visible = kind != FileType::CharacterDevice
                    || !is_whiteout(&rustix::fs::statat(dir, name.as_slice(), AtFlags::SYMLINK_NOFOLLOW)?);
                names.insert(name, visible);
            }
        }
        Ok(names
            .into_iter()
            .filter(|(_, visible)| *visible)
            .map(|(name, _)| name)
            .collect())
    }
}

/// Whether a directory hides what is below it in lower layers.
pub fn is_opaque(parent: BorrowedFd<'_>, name: &[u8], flavour: Flavour) -> Result<bool> {
    // `x` is another mark, for directories that may hold whiteouts in another form; they hide nothing by themselves.
    Ok(xattr::get_at(parent, name, flavour.opaque().as_bytes())?.as_deref() == Some(b"y"))
}
