//! What a layer is made of: plain values, without a call.

pub mod json_path;

use crate::oci::digest::DiffId;
use crate::sys::overlay::Flavour;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

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
    #[serde(with = "crate::layer::model::json_path::paths")]
    pub implicit_dirs: Vec<PathBuf>,
    /// Hard links to files that are in a lower layer: (path, target).
    #[serde(with = "crate::layer::model::json_path::pairs")]
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
    pub fn length(&self) -> usize {
        let links = self.links.iter().flat_map(|(path, target)| [path, target]);
        self.implicit_dirs
            .iter()
            .chain(links)
            .map(|path| path.as_os_str().len())
            .sum()
    }
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
