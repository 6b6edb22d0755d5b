//! A whole stack as one tar: what a container sees, without its mounts ([`export`]). And a tree that may be in use
//! ([`copy_out`]).

use crate::layer::attributes::is_portable;
use crate::layer::overlay::merged::{LayerStack, Merged};
use crate::layer::path::{as_path, join};
use crate::layer::tar::write::header::EntryMetadata;
use crate::layer::tar::write::writer::TarWriter;
use crate::sys::files::filesystem;
use crate::sys::files::xattr;
use crate::sys::mount::overlay::Flavour;
use anyhow::{Context, Result};
use rustix::fs::FsWord;
use rustix::fs::{AtFlags, FileType, Mode, OFlags};
use std::io::Write;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

/// Writes what overlayfs shows of a stack of directories (top first) as one tar, without mounting it.
pub fn export(layers: &[OwnedFd], flavour: Flavour, out: &mut dyn Write) -> Result<()> {
    let stack = LayerStack::new(layers.iter().map(AsFd::as_fd), flavour);
    let all = stack.all();
    let mut export = Export {
        stack,
        prefix: b"",
        live: false,
        tar: TarWriter::new(out),
    };
    export.directory(b"", &all)?;
    export.tar.finish()
}

/// Writes what is at `name` in `parent`, a tree that may be changing meanwhile, as a tar in which it is called
/// `name_in_tar`. No symlink is followed. Directories of filesystems like /proc come out empty. Returns the tar's size
/// without extended headers.
pub fn copy_out(parent: BorrowedFd<'_>, name: &[u8], name_in_tar: &[u8], out: &mut dyn Write) -> Result<u64> {
    let stat = rustix::fs::statat(parent, name, AtFlags::SYMLINK_NOFOLLOW)?;
    let is_directory = FileType::from_raw_mode(stat.st_mode) == FileType::Directory;
    let top = match is_directory {
        true => {
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            Some(rustix::fs::openat(parent, name, flags, Mode::empty())?)
        }
        false => None,
    };
    let mut export = Export {
        // A stack of one layer: nothing is hidden, whatever overlayfs's attributes say.
        stack: LayerStack::new(top.iter().map(AsFd::as_fd), Flavour::User),
        prefix: name_in_tar,
        live: true,
        tar: TarWriter::sparse(out),
    };
    match &top {
        Some(top) => {
            export.entry(top.as_fd(), b".", b"")?;
            export.directory(b"", &[0])?;
        }
        None => export.entry(parent, name, b"")?,
    }
    let size = export.tar.size();
    export.tar.finish()?;
    Ok(size)
}

/// Filesystems whose files the kernel generates while they are read, and which describe this host.
const PSEUDO: [FsWord; 13] = [
    filesystem::PROC,
    filesystem::SYSFS,
    filesystem::CGROUP,
    filesystem::CGROUP2,
    filesystem::DEVPTS,
    filesystem::MQUEUE,
    filesystem::DEBUGFS,
    filesystem::TRACEFS,
    filesystem::SECURITYFS,
    filesystem::BPF,
    filesystem::PSTORE,
    filesystem::CONFIGFS,
    filesystem::NSFS,
];

struct Export<'a> {
    stack: LayerStack<'a>,
    /// Put before each path.
    prefix: &'a [u8],
    /// Whether the tree is in use, so that other filesystems may be mounted in it.
    live: bool,
    tar: TarWriter<'a>,
}

impl Export<'_> {
    /// Writes the entries of the directory that is merged from these layers, and everything below it. The kernel
    /// refuses a path longer than PATH_MAX, which also bounds the recursion.
    fn directory(&mut self, path: &[u8], layers: &[usize]) -> Result<()> {
        let context = || format!("exporting {}", as_path(path).display());
        let merged = self.stack.open(layers, path).with_context(context)?;
        if self.live && merged.uppermost().is_some_and(|dir| is_pseudo(dir)) {
            return Ok(());
        }
        let mut below = Vec::new();
        for name in merged.names().with_context(context)? {
            let inner = join(path, &name);
            let (layer, layers) = match merged.child(&name).with_context(context)? {
                Merged::Nothing => continue,
                Merged::Other { layer } => (layer, Vec::new()),
                Merged::Directory { layers, .. } => (layers[0], layers),
            };
            let parent = self.stack.open_in(layer, path).with_context(context)?;
            self.entry(parent.as_fd(), &name, &inner)
                .with_context(|| format!("exporting {}", as_path(&inner).display()))?;
            if !layers.is_empty() {
                below.push((inner, layers));
            }
        }
        // Closed before those below are opened: a tree may be deeper than a process may have open files.
        drop(merged);
        below.iter().try_for_each(|(path, layers)| self.directory(path, layers))
    }

    fn entry(&mut self, parent: BorrowedFd<'_>, name: &[u8], path: &[u8]) -> Result<()> {
        let stat = rustix::fs::statat(parent, name, AtFlags::SYMLINK_NOFOLLOW)?;
        let mut xattrs = xattr::all_at(parent, name)?;
        xattrs.retain(|(name, _)| is_portable(name));
        let path = match path {
            b"" => self.prefix.to_vec(),
            path => join(self.prefix, path),
        };
        let metadata = EntryMetadata {
            path: &path,
            stat: &stat,
            xattrs: &xattrs,
        };
        self.tar.entry(parent, name, &metadata)
    }
}

fn is_pseudo(directory: BorrowedFd<'_>) -> bool {
    filesystem::of_file(directory).is_some_and(|number| PSEUDO.contains(&number))
}
