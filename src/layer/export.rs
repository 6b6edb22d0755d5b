//! A whole stack as one tar: what a container sees, without its mounts.

use super::attributes::is_portable;
use super::merged::{Found, Stack};
use super::tree::{as_path, join};
use super::write::{Item, TarWriter};
use crate::sys::overlay::Flavour;
use crate::sys::xattr;
use anyhow::{Context, Result};
use rustix::fs::AtFlags;
use std::io::Write;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

/// See [`super::export`].
pub(super) fn export(layers: &[OwnedFd], flavour: Flavour, out: &mut dyn Write) -> Result<()> {
    let stack = Stack::new(layers.iter().map(AsFd::as_fd), flavour);
    let all = stack.all();
    let mut export = Export {
        stack,
        tar: TarWriter::new(out),
    };
    export.directory(b"", &all)?;
    export.tar.finish()
}

struct Export<'a> {
    stack: Stack<'a>,
    tar: TarWriter<'a>,
}

impl Export<'_> {
    /// The entries of a directory that these layers make up, and all below. A path longer than the kernel takes is an error, which also bounds
    /// the recursion.
    fn directory(&mut self, path: &[u8], layers: &[usize]) -> Result<()> {
        let context = || format!("exporting {}", as_path(path).display());
        let merged = self.stack.open(layers, path).with_context(context)?;
        let mut below = Vec::new();
        for name in merged.names().with_context(context)? {
            let inner = join(path, &name);
            let (layer, layers) = match merged.child(&name).with_context(context)? {
                Found::Nothing => continue,
                Found::Other { layer } => (layer, Vec::new()),
                Found::Directory { layers, .. } => (layers[0], layers),
            };
            let parent = self.stack.open_in(layer, path).with_context(context)?;
            self.entry(parent.as_fd(), &name, &inner)
                .with_context(|| format!("exporting {}", as_path(&inner).display()))?;
            if !layers.is_empty() {
                below.push((inner, layers));
            }
        }
        // Not open while those below are: a tree may be deeper than a process may have open files.
        drop(merged);
        below.iter().try_for_each(|(path, layers)| self.directory(path, layers))
    }

    fn entry(&mut self, parent: BorrowedFd<'_>, name: &[u8], path: &[u8]) -> Result<()> {
        let stat = rustix::fs::statat(parent, name, AtFlags::SYMLINK_NOFOLLOW)?;
        let mut xattrs = xattr::all_at(parent, name)?;
        xattrs.retain(|(name, _)| is_portable(name));
        let item = Item {
            path,
            stat: &stat,
            xattrs: &xattrs,
        };
        self.tar.entry(parent, name, &item)
    }
}
