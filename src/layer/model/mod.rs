//! What a layer consists of: plain values, which every other part of this folder may import.

pub mod json_path;

use crate::oci::digest::DiffId;
use crate::sys::mount::overlay::Flavour;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How a tar is applied.
#[derive(Debug, Clone)]
pub struct ApplyOptions {
    pub flavour: Flavour,
    /// Only one id is mapped: owners cannot be kept, so `chown` is not tried.
    pub single_id: bool,
    pub limits: ApplyLimits,
}

/// What a hostile layer may cost.
#[derive(Debug, Clone)]
pub struct ApplyLimits {
    /// Entries of one layer.
    pub entries: u64,
    /// Components of one path.
    pub depth: usize,
    /// Bytes of one layer's tar.
    pub bytes: u64,
    /// Bytes of memory for what is kept until the tar has ended: directories, and hard links whose target is not there
    /// yet.
    pub memory: usize,
}

impl Default for ApplyLimits {
    fn default() -> ApplyLimits {
        ApplyLimits {
            entries: 4 << 20,
            depth: 256,
            bytes: 1 << 40,
            memory: 256 << 20,
        }
    }
}

/// The result of applying a tar.
#[derive(Debug, Clone)]
pub struct Applied {
    /// Digest of the whole tar stream, to its last byte.
    pub diff_id: DiffId,
    /// Bytes of the tar stream.
    pub tar_size: u64,
    /// Sum of the sizes of files, in bytes: a file with several hard links counts once, and a symlink counts its
    /// target's length, as Docker and `du` count.
    pub size: u64,
    pub entries: u64,
    pub lower_refs: LowerRefs,
    pub skipped: Skipped,
}

/// Entries and attributes of a tar that this process could not make: devices and attributes that need more privilege
/// than an ordinary user has, or that the filesystem does not keep.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Skipped {
    pub count: u64,
    /// The first few: path, and why.
    pub first: Vec<(PathBuf, String)>,
}

impl Skipped {
    /// How many are kept in `first`.
    const MAX_EXAMPLES: usize = 16;

    pub fn add(&mut self, path: &Path, why: String) {
        self.count += 1;
        if self.first.len() < Skipped::MAX_EXAMPLES {
            self.first.push((path.to_owned(), why));
        }
    }
}

/// What a layer takes from the layers below it. A layer is unpacked without them, so
/// [`resolve`](crate::layer::overlay::lower_refs::resolve) completes it for each stack. Empty for nearly every layer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LowerRefs {
    /// Directories without an entry of their own that other entries are below: their attributes are those of the layer
    /// below.
    #[serde(with = "json_path::paths")]
    pub implicit_dirs: Vec<PathBuf>,
    /// Hard links to files of a lower layer: (path, target).
    #[serde(with = "json_path::pairs")]
    pub links: Vec<(PathBuf, PathBuf)>,
    /// The root is opaque. Overlayfs heeds the opaque attribute on every directory but a layer's root.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub opaque: bool,
}

impl LowerRefs {
    pub fn is_empty(&self) -> bool {
        self.implicit_dirs.is_empty() && self.links.is_empty() && !self.opaque
    }

    /// Bytes of all names.
    pub fn length(&self) -> usize {
        let links = self.links.iter().flat_map(|(path, target)| [path, target]);
        let names = self.implicit_dirs.iter().chain(links);
        names.map(|path| path.as_os_str().len()).sum()
    }
}

/// The type of an entry of a layer.
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
    /// Hides everything that the layers below have in this directory.
    Opaque,
}

/// One entry of a layer, as its tar describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayerEntry {
    /// Relative, without `.` and `..`; empty for the layer's root. For a whiteout, what it hides.
    pub path: PathBuf,
    pub kind: EntryKind,
    pub mode: u32,
    pub uid: u32,
    pub gid: u32,
    /// Seconds since 1970.
    pub mtime: i64,
    /// Bytes of a regular file when unpacked.
    pub size: u64,
    /// The target of a link; a hard link's is in the same form as `path`.
    pub link: PathBuf,
    /// Major and minor number.
    pub device: (u32, u32),
    pub xattrs: Arc<Xattrs>,
}

/// Extended attributes: names and values. A tar can give them to all of its entries at once, so entries share them.
pub type Xattrs = BTreeMap<Vec<u8>, Vec<u8>>;

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
