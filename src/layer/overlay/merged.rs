//! What overlayfs shows of a stack of directories, without mounting it. Of several entries with the same name the
//! uppermost is shown. If that is a directory, it is merged with those below it, down to the first that is opaque, or
//! to a whiteout or something else that is not a directory.
//!
//! A stack may have more than a hundred layers, so no directory stays open while one below it is read.

use crate::layer::path::{as_path, join};
use crate::layer::whiteout::{is_opaque, is_whiteout};
use crate::sys::files::listing;
use crate::sys::files::rooted;
use crate::sys::mount::overlay::Flavour;
use anyhow::{Context, Result};
use rustix::fs::{AtFlags, FileType, OFlags, Stat};
use rustix::io::Errno;
use std::collections::BTreeMap;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

/// Directories in overlay form, top first.
pub struct LayerStack<'a> {
    layers: Vec<BorrowedFd<'a>>,
    flavour: Flavour,
}

/// What overlayfs shows under a name.
pub enum Merged {
    Nothing,
    /// Not a directory; it is in this layer.
    Other {
        layer: usize,
    },
    /// Merged from these layers, top first. The attributes are the uppermost one's.
    Directory {
        layers: Vec<usize>,
        stat: Stat,
    },
}

/// A merged directory, open in all its layers.
pub struct MergedDirectory {
    flavour: Flavour,
    dirs: Vec<(usize, OwnedFd)>,
}

impl<'a> LayerStack<'a> {
    pub fn new(layers: impl IntoIterator<Item = BorrowedFd<'a>>, flavour: Flavour) -> LayerStack<'a> {
        LayerStack {
            layers: layers.into_iter().collect(),
            flavour,
        }
    }

    /// All layers: those that the root is merged from.
    pub fn all(&self) -> Vec<usize> {
        (0..self.layers.len()).collect()
    }

    /// Opens a directory in the layers that have it.
    pub fn open(&self, layers: &[usize], path: &[u8]) -> Result<MergedDirectory> {
        let dirs = layers.iter().map(|&layer| Ok((layer, self.open_in(layer, path)?)));
        Ok(MergedDirectory {
            flavour: self.flavour,
            dirs: dirs.collect::<Result<_>>()?,
        })
    }

    /// What overlayfs shows under a path.
    pub fn find(&self, path: &[u8]) -> Result<Merged> {
        let mut here = Vec::new();
        let mut layers = self.all();
        let mut names = path.split(|&byte| byte == b'/').peekable();
        while let Some(name) = names.next() {
            let found = self.open(&layers, &here)?.child(name)?;
            match found {
                Merged::Directory { layers: next, .. } if names.peek().is_some() => layers = next,
                // The rest of the path is below something that is not a directory.
                Merged::Other { .. } if names.peek().is_some() => return Ok(Merged::Nothing),
                found => return Ok(found),
            }
            here = join(&here, name);
        }
        Ok(Merged::Nothing)
    }

    /// Opens a directory in one layer.
    pub fn open_in(&self, layer: usize, path: &[u8]) -> Result<OwnedFd> {
        let open = rooted::open_exact(self.layers[layer], as_path(path), OFlags::RDONLY | OFlags::DIRECTORY);
        open.with_context(|| as_path(path).display().to_string())
    }
}

impl MergedDirectory {
    /// The directory in the uppermost layer that has it.
    pub fn uppermost(&self) -> Option<BorrowedFd<'_>> {
        self.dirs.first().map(|(_, dir)| dir.as_fd())
    }

    /// What overlayfs shows under a name in this directory.
    pub fn child(&self, name: &[u8]) -> Result<Merged> {
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
                    return Ok(Merged::Other { layer: *layer });
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
            Some(stat) => Merged::Directory { layers, stat },
            None => Merged::Nothing,
        })
    }

    /// All names that overlayfs shows in this directory, sorted.
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
        let visible = names.into_iter().filter(|(_, visible)| *visible);
        Ok(visible.map(|(name, _)| name).collect())
    }
}
