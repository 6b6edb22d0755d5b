//! The directory that a layer is unpacked into, and what is kept in memory until the layer's tar has ended.

use crate::layer::apply::replaced::ReplacedFiles;
use crate::layer::model::{ApplyOptions, Skipped};
use crate::layer::path::{NAME_OVERHEAD, as_path, join};
use crate::layer::whiteout;
use anyhow::{Result, ensure};
use rustix::fs::{AtFlags, Stat, Timespec};
use rustix::io::Errno;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{BuildHasher, RandomState};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::rc::Rc;

/// A directory that entries are placed in.
pub struct Parent {
    /// The path that was resolved to it.
    pub requested: Vec<u8>,
    /// The path without symlinks, `.` and `..`; relative, and empty for the root.
    pub path: Vec<u8>,
    /// A path descriptor (O_PATH).
    pub fd: OwnedFd,
}

/// Where an entry goes: a name in a directory. It need not exist.
pub struct EntryPath<'n> {
    pub parent: Rc<Parent>,
    pub name: &'n [u8],
}

impl EntryPath<'_> {
    pub fn path(&self) -> Vec<u8> {
        join(&self.parent.path, self.name)
    }

    pub fn fd(&self) -> BorrowedFd<'_> {
        self.parent.fd.as_fd()
    }

    /// What is there; no symlink is followed.
    pub fn stat(&self) -> Result<Option<Stat>> {
        match rustix::fs::statat(&self.parent.fd, self.name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) => Ok(Some(stat)),
            Err(Errno::NOENT) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// Attributes that a directory gets at the end: entries that are placed in it would change its time, and its mode may
/// forbid them.
pub struct DirAttributes {
    /// `None` where the directory has its final mode already.
    pub mode: Option<u32>,
    pub mtime: Timespec,
}

pub struct LayerTree<'a> {
    pub root: BorrowedFd<'a>,
    pub options: &'a ApplyOptions,
    /// The parent of the last entry, kept because tars list a directory's entries one after the other.
    pub last_parent: Option<Rc<Parent>>,
    /// Attributes of directories, by path. This and the next two are sorted, so that everything below a path can be
    /// dropped without a search.
    pub deferred: BTreeMap<Vec<u8>, DirAttributes>,
    /// Directories without an entry of their own.
    pub implicit_dirs: BTreeSet<Vec<u8>>,
    /// Hard links to what is not in the tree, or not yet: path and target.
    pub pending_links: BTreeMap<Vec<u8>, Vec<u8>>,
    /// Bytes that were ever put into these three.
    memory: usize,
    /// Files with content, by hash of the path: their number in the tar-split, if it refers to them. The hash is keyed
    /// at random, so nobody can make a collision. One by chance would only make `assemble` give a tar with another
    /// digest.
    pub contents: HashMap<u64, Option<u32>>,
    pub path_hash: RandomState,
    pub replaced: ReplacedFiles,
    /// The root hides all layers below.
    pub opaque_root: bool,
    /// Sum of the files' sizes, in bytes.
    pub size: u64,
    pub skipped: Skipped,
}

impl<'a> LayerTree<'a> {
    pub fn new(root: BorrowedFd<'a>, options: &'a ApplyOptions) -> LayerTree<'a> {
        LayerTree {
            root,
            options,
            last_parent: None,
            deferred: BTreeMap::new(),
            implicit_dirs: BTreeSet::new(),
            pending_links: BTreeMap::new(),
            memory: 0,
            contents: HashMap::new(),
            path_hash: RandomState::new(),
            replaced: ReplacedFiles::default(),
            opaque_root: false,
            size: 0,
            skipped: Skipped::default(),
        }
    }

    /// Sets the attributes that a directory gets at the end.
    pub fn defer(&mut self, path: Vec<u8>, attributes: DirAttributes) -> Result<()> {
        let length = path.len();
        match self.deferred.insert(path, attributes) {
            None => self.count_memory(length),
            Some(_) => Ok(()),
        }
    }

    pub fn add_implicit_dir(&mut self, path: Vec<u8>) -> Result<()> {
        self.count_memory(path.len())?;
        self.implicit_dirs.insert(path);
        Ok(())
    }

    pub fn add_pending_link(&mut self, path: Vec<u8>, target: Vec<u8>) -> Result<()> {
        self.count_memory(path.len() + target.len())?;
        self.pending_links.insert(path, target);
        Ok(())
    }

    /// Adds a file with content, or a symlink. `number`: of the file in the tar-split, unless the content is in there
    /// itself.
    pub fn add_file(&mut self, path: &[u8], size: u64, number: Option<u32>) {
        self.size += size;
        if size > 0 {
            self.contents.insert(self.path_hash.hash_one(path), number);
        }
    }

    /// Makes a directory hide what the layers below have in it.
    pub fn set_opaque(&self, parent: BorrowedFd<'_>, name: &[u8]) -> Result<()> {
        whiteout::set_opaque(parent, name, self.options.flavour)
    }

    /// Notes an entry or attribute that could not be made, and why.
    pub fn skip(&mut self, path: &[u8], why: String) {
        self.skipped.add(as_path(path), why);
    }

    /// Limits what is kept in memory: a hostile tar can name a great many things at no cost to its sender.
    fn count_memory(&mut self, bytes: usize) -> Result<()> {
        self.memory += bytes + NAME_OVERHEAD;
        let limit = self.options.limits.memory;
        ensure!(
            self.memory <= limit,
            "directories and links with names of more than {limit} bytes"
        );
        Ok(())
    }
}
