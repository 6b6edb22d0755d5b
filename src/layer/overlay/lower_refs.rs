//! What a layer takes from the layers below it, made in a directory of its own that is stacked right above the layer:
//! the layer's directory stays what its tar says, whichever layers it is stacked on.

use crate::layer::attributes::{ROOT_WITHOUT_ENTRY, copy_owner_and_xattrs, mtime, times};
use crate::layer::model::LowerRefs;
use crate::layer::overlay::merged::{LayerStack, Merged};
use crate::layer::path::{as_path, join, split_last};
use crate::layer::whiteout::is_opaque;
use crate::sys::files::rooted;
use crate::sys::mount::overlay::Flavour;
use anyhow::{Context, Result, bail};
use rustix::fs::{AtFlags, FileType, Mode, OFlags, Timespec};
use rustix::io::Errno;
use std::collections::{BTreeMap, BTreeSet};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Makes in `dest`, an empty directory that is stacked right above `layer`, what `refs` says: directories with the
/// attributes that they have in `lowers` (top first), and hard links to files there.
pub fn resolve(
    refs: &LowerRefs,
    layer: BorrowedFd<'_>,
    lowers: &[OwnedFd],
    dest: BorrowedFd<'_>,
    flavour: Flavour,
) -> Result<()> {
    let below = || lowers.iter().map(|lower| lower.as_fd());
    let mut resolver = Resolver {
        lowers: LayerStack::new(below(), flavour),
        merged: LayerStack::new(std::iter::once(layer).chain(below()), flavour),
        implicit: refs
            .implicit_dirs
            .iter()
            .map(|path| path.as_os_str().as_bytes())
            .collect(),
        layer,
        dest,
        flavour,
        made: BTreeMap::new(),
    };
    for path in &refs.implicit_dirs {
        resolver
            .directory(path)
            .with_context(|| format!("resolving directory {}", path.display()))?;
    }
    for (path, target) in &refs.links {
        let link = resolver.link(path, target);
        link.with_context(|| format!("resolving hard link {} to {}", path.display(), target.display()))?;
    }
    if refs.opaque {
        resolver.hide_all().context("resolving an opaque root")?;
    }
    resolver.finish()
}

struct Resolver<'a> {
    lowers: LayerStack<'a>,
    /// The layer and its lowers.
    merged: LayerStack<'a>,
    implicit: BTreeSet<&'a [u8]>,
    layer: BorrowedFd<'a>,
    dest: BorrowedFd<'a>,
    flavour: Flavour,
    /// The directories made, with the mode and the time that they get at the end.
    made: BTreeMap<Vec<u8>, (u32, Timespec)>,
}

impl Resolver<'_> {
    /// Makes a directory that has no entry of its own in the layer.
    fn directory(&mut self, path: &Path) -> Result<()> {
        let path = path.as_os_str().as_bytes();
        if self.shows_lowers(path)? && matches!(self.lowers.find(path)?, Merged::Directory { .. }) {
            self.make(path)?;
        }
        Ok(())
    }

    /// Makes a hard link to a file of a lower layer.
    fn link(&mut self, path: &Path, target: &Path) -> Result<()> {
        let (path, target) = (path.as_os_str().as_bytes(), target.as_os_str().as_bytes());
        let Merged::Other { layer } = self.lowers.find(target)? else {
            bail!("the target is in no layer below");
        };
        let (parent, name) = split_last(path);
        self.make(parent)?;
        let (target_parent, target_name) = split_last(target);
        let from = self.lowers.open_in(layer, target_parent)?;
        let to = rooted::open_exact(self.dest, as_path(parent), OFlags::PATH | OFlags::DIRECTORY)?;
        Ok(rustix::fs::linkat(from, target_name, to, name, AtFlags::empty())?)
    }

    /// Makes whiteouts for what only the lowers have in their root.
    fn hide_all(&mut self) -> Result<()> {
        for name in self.lowers.open(&self.lowers.all(), b"")?.names()? {
            match rustix::fs::statat(self.layer, name.as_slice(), AtFlags::SYMLINK_NOFOLLOW) {
                Err(Errno::NOENT) => {}
                result => {
                    result?;
                    continue;
                }
            }
            match rustix::fs::mknodat(self.dest, name.as_slice(), FileType::CharacterDevice, Mode::empty(), 0) {
                // It was made just now.
                Err(Errno::EXIST) => {}
                result => result?,
            }
        }
        Ok(())
    }

    /// Whether the layer hides nothing of what the lowers have in this directory.
    fn shows_lowers(&self, path: &[u8]) -> Result<bool> {
        let mut here = Vec::new();
        for name in path.split(|&byte| byte == b'/') {
            let parent = rooted::open_exact(self.layer, as_path(&here), OFlags::PATH | OFlags::DIRECTORY)?;
            if is_opaque(parent.as_fd(), name, self.flavour)? {
                return Ok(false);
            }
            here = join(&here, name);
        }
        Ok(true)
    }

    /// Makes a directory, and those above it, with the attributes that overlayfs is to show.
    fn make(&mut self, path: &[u8]) -> Result<()> {
        if path.is_empty() || self.made.contains_key(path) {
            return Ok(());
        }
        let (parent, name) = split_last(path);
        self.make(parent)?;
        // The attributes come from the layer, unless the directory has no entry of its own there.
        let from_lowers = self.implicit.contains(path) && self.shows_lowers(path)?;
        let mut found = if from_lowers {
            (self.lowers.find(path)?, &self.lowers)
        } else {
            (Merged::Nothing, &self.lowers)
        };
        if !matches!(found.0, Merged::Directory { .. }) {
            found = (self.merged.find(path)?, &self.merged);
        }
        let (Merged::Directory { layers, stat }, stack) = found else {
            bail!("{} is not a directory", as_path(path).display());
        };
        let source = stack.open_in(layers[0], path)?;

        let parent = rooted::open_exact(self.dest, as_path(parent), OFlags::PATH | OFlags::DIRECTORY)?;
        rustix::fs::mkdirat(&parent, name, Mode::RWXU)?;
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let made = rustix::fs::openat(&parent, name, flags, Mode::empty())?;
        copy_owner_and_xattrs(source.as_fd(), made.as_fd())?;
        self.made.insert(path.to_vec(), (stat.st_mode & 0o7777, mtime(&stat)));
        Ok(())
    }

    /// Sets modes and times, after the last name was made: children before parents, whose mode may deny access.
    fn finish(mut self) -> Result<()> {
        while let Some((path, (mode, mtime))) = self.made.pop_last() {
            let made = rooted::open_exact(self.dest, as_path(&path), OFlags::RDONLY | OFlags::DIRECTORY)?;
            rustix::fs::fchmod(&made, Mode::from_raw_mode(mode))?;
            rustix::fs::futimens(&made, &times(mtime))?;
        }
        let root = rooted::open_exact(self.dest, ".", OFlags::RDONLY | OFlags::DIRECTORY)?;
        rustix::fs::fchmod(&root, Mode::from_raw_mode(0o755))?;
        Ok(rustix::fs::futimens(&root, &times(ROOT_WITHOUT_ENTRY))?)
    }
}
