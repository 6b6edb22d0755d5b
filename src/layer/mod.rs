//! A layer: tar on the wire, a directory in overlayfs's form on disk, and the ways between.
//!
//! [`apply`] and [`pack`] mirror each other; [`assemble`] gives back the exact tar that was applied.

mod apply;
mod attributes;
mod changes;
mod compress;
mod contents;
mod copy_in;
mod decompress;
mod entry;
mod export;
mod field;
mod holes;
mod inflate;
mod merged;
mod names;
mod pack;
mod pax;
mod place;
mod remove;
mod settle;
mod sparse;
mod split;
mod stand_in;
mod stream;
mod tree;
mod write;

pub use inflate::is_local;

pub use compress::Compression;
pub use copy_in::Target;

use crate::oci::DiffId;
use crate::sys::idmap::IdMaps;
use crate::sys::overlay::Flavour;
use rustix::fs::{AtFlags, FileType};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, Read, Write};
use std::os::fd::{BorrowedFd, OwnedFd};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// How a tar is applied.
#[derive(Debug, Clone)]
pub struct ApplyOptions {
    pub flavour: Flavour,
    /// Only one id is mapped: owners cannot be kept, `chown` is not tried.
    pub single_id: bool,
    pub limits: Limits,
}

/// What a hostile layer may cost.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Entries of one layer.
    pub entries: u64,
    /// Components of one path.
    pub depth: usize,
    /// Bytes of one layer's tar.
    pub bytes: u64,
    /// Bytes of memory for what must be remembered until the tar has ended: directories, and links to what is not there.
    pub memory: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            entries: 4 << 20,
            depth: 256,
            bytes: 1 << 40,
            memory: 256 << 20,
        }
    }
}

/// What came of applying a tar.
#[derive(Debug, Clone)]
pub struct Applied {
    /// Digest of the whole tar stream, to its last byte.
    pub diff_id: DiffId,
    /// Bytes of the tar stream.
    pub tar_size: u64,
    /// Sum of the sizes of files, bytes: a hard link counts once, and a symlink its target's length, as Docker and `du` count.
    pub size: u64,
    pub entries: u64,
    pub needs: Needs,
    pub skipped: Skipped,
}

/// What a tar held that this process could not make: devices and attributes that need more privilege than an ordinary
/// user has, or that the filesystem does not keep.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Skipped {
    pub count: u64,
    /// The first few: path, and why.
    pub first: Vec<(PathBuf, String)>,
}

/// What a tar left to the layers below it. Empty for nearly every layer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Needs {
    /// Directories that have entries below them and none of their own: their attributes are those of the layer below.
    #[serde(with = "names::paths")]
    pub implicit_dirs: Vec<PathBuf>,
    /// Hard links to files that are in a lower layer: (path, target).
    #[serde(with = "names::pairs")]
    pub links: Vec<(PathBuf, PathBuf)>,
    /// The root is opaque. Overlayfs heeds that mark on every directory but a layer's root.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub opaque: bool,
}

impl Needs {
    pub fn is_empty(&self) -> bool {
        self.implicit_dirs.is_empty() && self.links.is_empty() && !self.opaque
    }

    /// Bytes of all names.
    fn length(&self) -> usize {
        let links = self.links.iter().flat_map(|(path, target)| [path, target]);
        self.implicit_dirs
            .iter()
            .chain(links)
            .map(|path| path.as_os_str().len())
            .sum()
    }
}

/// Unpacks a layer (a tar; plain, gzip or zstd) into the empty directory `dest` in overlay form and writes its tar-split
/// to `split` (compressed). Reads `blob` to its end; what the blob itself says is wrong with it outranks all other errors.
/// Nothing outside `dest` is touched, whatever the tar says. Fails soon after `cancel` is set.
pub fn apply(
    blob: Box<dyn Read + Send + '_>,
    dest: BorrowedFd<'_>,
    split: &mut dyn Write,
    options: &ApplyOptions,
    cancel: &AtomicBool,
) -> anyhow::Result<Applied> {
    let (applied, diff_id) = inflate::inflated(blob, cancel, |tar| apply::apply(tar, dest, split, options))?;
    Ok(applied(diff_id))
}

/// Makes in `dest` the small directory that is stacked right above `layer`, with what `needs` says: directories with the
/// attributes they have in `lowers` (top first), and links to files there.
pub fn settle(
    needs: &Needs,
    layer: BorrowedFd<'_>,
    lowers: &[OwnedFd],
    dest: BorrowedFd<'_>,
    flavour: Flavour,
) -> anyhow::Result<()> {
    settle::settle(needs, layer, lowers, dest, flavour)
}

/// Gives a container's new `upper` directory the root's attributes: those of the first of `lowers` (top first) whose tar
/// says something about the root. Overlayfs shows the uppermost directory's own, which says nothing yet.
pub fn inherit_root(
    lowers: impl Iterator<Item = anyhow::Result<OwnedFd>>,
    upper: BorrowedFd<'_>,
) -> anyhow::Result<()> {
    attributes::inherit_root(lowers, upper)
}

/// Writes the exact tar that was applied, from its tar-split and the layer's directory.
pub fn assemble(split: &File, layer: BorrowedFd<'_>, out: &mut dyn Write) -> anyhow::Result<()> {
    split::assemble(split, layer, out)
}

/// What an entry of a layer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryKind {
    File,
    HardLink,
    Symlink,
    Directory,
    CharDevice,
    BlockDevice,
    Fifo,
    /// Hides this name in the layers below.
    Whiteout,
    /// Hides all that the layers below have in this directory.
    Opaque,
}

/// One entry of a layer, as its tar describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayerEntry {
    /// Relative, without `.` and `..`; empty for the layer's root. Of a whiteout, what it hides.
    pub path: PathBuf,
    pub kind: EntryKind,
    pub mode: u32,
    pub uid: u32,
    pub gid: u32,
    /// Seconds since 1970.
    pub mtime: i64,
    /// Bytes of a regular file when unpacked.
    pub size: u64,
    /// Where a link points to; a hard link's like `path`.
    pub link: PathBuf,
    /// Major and minor number.
    pub device: (u32, u32),
    pub xattrs: Arc<Xattrs>,
}

/// Extended attributes: names and values. A tar can give them to all of its entries at once, so entries share them.
pub type Xattrs = BTreeMap<Vec<u8>, Vec<u8>>;

/// Hands out what the tar that was applied holds, in its order, from the tar-split alone. Names that mean nothing in a
/// layer are left out.
pub fn entries(split: &File, each: &mut dyn FnMut(LayerEntry) -> anyhow::Result<()>) -> anyhow::Result<()> {
    contents::entries(split, each)
}

/// Writes a directory in overlay form (a container's upper directory) as a layer's tar. Deterministic: sorted, no atime.
/// `skip` lists paths (relative) that are the engine's own and stay out. What changed after `latest` (seconds since 1970) is written as
/// if it had changed then.
pub fn pack(
    upper: BorrowedFd<'_>,
    flavour: Flavour,
    skip: &[PathBuf],
    latest: Option<i64>,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    pack::pack(upper, flavour, skip, latest, out)
}

/// Writes what overlayfs shows of a stack of directories (top first) as one tar, without mounting it.
pub fn export(layers: &[OwnedFd], flavour: Flavour, out: &mut dyn Write) -> anyhow::Result<()> {
    export::export(layers, flavour, out)
}

/// Writes what is at `name` in `parent`, a tree that may be changing, as a tar in which it is called `shown`. No symlink is
/// followed. Directories of filesystems like /proc come out empty. Returns the tar's size without extended headers.
pub fn copy_out(parent: BorrowedFd<'_>, name: &[u8], shown: &[u8], out: &mut dyn Write) -> anyhow::Result<u64> {
    export::copy_out(parent, name, shown, out)
}

/// Unpacks a tar into a tree that is there and may be changing; see [`Target`]. Returns the tar's size without extended headers,
/// and what was left out.
pub fn copy_in(tar: &mut dyn BufRead, target: &Target<'_>) -> anyhow::Result<(u64, Skipped)> {
    copy_in::copy_in(tar, target)
}

/// How a path changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    Changed,
    Added,
    Deleted,
}

/// One line of `diff`: an absolute path inside the container.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    pub path: PathBuf,
    pub kind: ChangeKind,
}

/// What `upper` changes against `lowers` (top first), sorted by path.
pub fn changes(
    upper: BorrowedFd<'_>,
    lowers: &[OwnedFd],
    flavour: Flavour,
    skip: &[PathBuf],
) -> anyhow::Result<Vec<Change>> {
    changes::changes(upper, lowers, flavour, skip)
}

/// Compresses what `tar` writes, into `out`.
pub fn compress(
    how: Compression,
    out: &mut dyn Write,
    tar: impl FnOnce(&mut dyn Write) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    compress::compress(how, out, tar)
}

/// A reader of the uncompressed bytes, whichever of gzip, zstd or plain tar `compressed` is (by its first bytes, since media types lie).
/// Multi-member gzip and multi-frame zstd are read to the end; trailing garbage is an error.
pub fn decompress<'a>(compressed: Box<dyn Read + Send + 'a>) -> std::io::Result<Box<dyn Read + Send + 'a>> {
    decompress::decompress(compressed)
}

/// Makes in `dest`, an empty directory, what stands for an ordinary user's stack of layers (top first) where a container's users have other ids:
/// `maps` says which. The contents of files stay where they are: beside each layer is its path below a directory that overlayfs is given for
/// them. Called as root of a user namespace with all these ids.
pub fn stand_in(layers: &[(OwnedFd, PathBuf)], maps: &IdMaps, dest: BorrowedFd<'_>) -> anyhow::Result<()> {
    stand_in::make(layers, maps, dest)
}

/// The names in a directory with their types, sorted by name.
fn list(directory: BorrowedFd<'_>) -> anyhow::Result<Vec<(Vec<u8>, FileType)>> {
    let mut entries = Vec::new();
    for entry in rustix::fs::Dir::read_from(directory)? {
        let entry = entry?;
        let name = entry.file_name().to_bytes();
        if matches!(name, b"." | b"..") {
            continue;
        }
        let mut kind = entry.file_type();
        if kind == FileType::Unknown {
            // Some filesystems do not tell.
            kind = FileType::from_raw_mode(rustix::fs::statat(directory, name, AtFlags::SYMLINK_NOFOLLOW)?.st_mode);
        }
        entries.push((name.to_vec(), kind));
    }
    entries.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(entries)
}

#[cfg(test)]
mod tests;
