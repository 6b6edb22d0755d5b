//! What a layer's tar left to the layers below it, made in a directory of its own that is stacked right above the layer:
//! the layer's directory stays what its tar says, whichever layers it is stacked on.

use crate::layer::apply::tree::{as_path, join};
use crate::layer::attributes;
use crate::layer::attributes::{NO_ROOT, mtime, times};
use crate::layer::model::Needs;
use crate::layer::overlay::merged::{Found, Stack, is_opaque};
use crate::sys::files::rooted;
use crate::sys::overlay::Flavour;
use anyhow::{Context, Result, bail};
use rustix::fs::{AtFlags, FileType, Mode, OFlags, Timespec};
use rustix::io::Errno;
use std::collections::{BTreeMap, BTreeSet};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Makes in `dest` the small directory that is stacked right above `layer`, with what `needs` says: directories with the
/// attributes they have in `lowers` (top first), and links to files there.
pub fn settle(
    needs: &Needs,
    layer: BorrowedFd<'_>,
    lowers: &[OwnedFd],
    dest: BorrowedFd<'_>,
    flavour: Flavour,
) -> Result<()> {
    let below = || lowers.iter().map(|lower| lower.as_fd());
    let mut settling = Settling {
        lowers: Stack::new(below(), flavour),
        merged: Stack::new(std::iter::once(layer).chain(below()), flavour),
        implicit: needs
            .implicit_dirs
            .iter()
            .map(|path| path.as_os_str().as_bytes())
            .collect(),
        layer,
        dest,
        flavour,
        made: BTreeMap::new(),
    };
    for path in &needs.implicit_dirs {
        settling
            .directory(path)
            .with_context(|| format!("settling directory {}", path.display()))?;
    }
    for (path, target) in &needs.links {
        let link = settling.link(path, target);
        link.with_context(|| format!("settling hard link {} to {}", path.display(), target.display()))?;
    }
    if needs.opaque {
        settling.hide_all().context("settling an opaque root")?;
    }
    settling.finish()
}

struct Settling<'a> {
    lowers: Stack<'a>,
    /// The layer and its lowers.
    merged: Stack<'a>,
    implicit: BTreeSet<&'a [u8]>,
    layer: BorrowedFd<'a>,
    dest: BorrowedFd<'a>,
    flavour: Flavour,
    /// Directories made, with the mode and the time they get in the end.
    made: BTreeMap<Vec<u8>, (u32, Timespec)>,
}

impl Settling<'_> {
    /// A directory that the layer has without an entry of its own.
    fn directory(&mut self, path: &Path) -> Result<()> {
        let path = path.as_os_str().as_bytes();
        if self.shows_lowers(path)? && matches!(self.lowers.find(path)?, Found::Directory { .. }) {
            self.make(path)?;
        }
        Ok(())
    }

    fn link(&mut self, path: &Path, target: &Path) -> Result<()> {
        let (path, target) = (path.as_os_str().as_bytes(), target.as_os_str().as_bytes());
        let Found::Other { layer } = self.lowers.find(target)? else {
            bail!("the target is in no layer below");
        };
        let (parent, name) = split(path);
        self.make(parent)?;
        let (target_parent, target_name) = split(target);
        let from = self.lowers.open_in(layer, target_parent)?;
        let to = rooted::open_exact(self.dest, as_path(parent), OFlags::PATH | OFlags::DIRECTORY)?;
        Ok(rustix::fs::linkat(from, target_name, to, name, AtFlags::empty())?)
    }

    /// Whiteouts for what only the lowers have.
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
                // Settled just now.
                Err(Errno::EXIST) => {}
                result => result?,
            }
        }
        Ok(())
    }

    /// Whether nothing in the layer hides what the lowers have in this directory.
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

    /// Makes a directory, and those above it, with the attributes that the merged one has or is to have.
    fn make(&mut self, path: &[u8]) -> Result<()> {
        if path.is_empty() || self.made.contains_key(path) {
            return Ok(());
        }
        let (parent, name) = split(path);
        self.make(parent)?;
        // The layer's own attributes, unless it has none of its own.
        let from_lowers = self.implicit.contains(path) && self.shows_lowers(path)?;
        let mut found = if from_lowers {
            (self.lowers.find(path)?, &self.lowers)
        } else {
            (Found::Nothing, &self.lowers)
        };
        if !matches!(found.0, Found::Directory { .. }) {
            found = (self.merged.find(path)?, &self.merged);
        }
        let (Found::Directory { layers, stat }, stack) = found else {
            bail!("{} is not a directory", as_path(path).display());
        };
        let source = stack.open_in(layers[0], path)?;

        let parent = rooted::open_exact(self.dest, as_path(parent), OFlags::PATH | OFlags::DIRECTORY)?;
        rustix::fs::mkdirat(&parent, name, Mode::RWXU)?;
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let made = rustix::fs::openat(&parent, name, flags, Mode::empty())?;
        attributes::copy(source.as_fd(), made.as_fd())?;
        self.made.insert(path.to_vec(), (stat.st_mode & 0o7777, mtime(&stat)));
        Ok(())
    }

    /// Times, after the last name was made; children before parents, whose mode may shut us out.
    fn finish(mut self) -> Result<()> {
        while let Some((path, (mode, mtime))) = self.made.pop_last() {
            let made = rooted::open_exact(self.dest, as_path(&path), OFlags::RDONLY | OFlags::DIRECTORY)?;
            rustix::fs::fchmod(&made, Mode::from_raw_mode(mode))?;
            rustix::fs::futimens(&made, &times(mtime))?;
        }
        let root = rooted::open_exact(self.dest, ".", OFlags::RDONLY | OFlags::DIRECTORY)?;
        rustix::fs::fchmod(&root, Mode::from_raw_mode(0o755))?;
        Ok(rustix::fs::futimens(&root, &times(NO_ROOT))?)
    }
}

fn split(path: &[u8]) -> (&[u8], &[u8]) {
    match path.iter().rposition(|&byte| byte == b'/') {
        Some(slash) => (&path[..slash], &path[slash + 1..]),
        None => (b"", path),
    }
}
