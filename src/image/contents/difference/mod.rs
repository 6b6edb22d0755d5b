//! What differs between two images: their files, and the fields of their configurations.
//!
//! Files are equal if their contents, modes, owners and attributes are, whichever layers they are in and whenever
//! they were written: two builds of an image differ only in what really changed.

pub mod config;

use crate::image::contents::difference::config::FieldChange;
use crate::image::contents::{Contents, ROOT, stored_layer};
use crate::image::names::resolve::Image;
use crate::layer::model::{Change, ChangeKind, EntryKind, LayerEntry};
use crate::oci::digest::DiffId;
use crate::store::Store;
use crate::sys::files::rooted;
use anyhow::{Context, Result};
use rustix::fs::{CWD, Mode, OFlags};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::sync::Arc;

/// Bytes that are compared at once.
const BUFFER: usize = 128 << 10;

/// What differs between a first and a second image.
#[derive(Debug, Default)]
pub struct Difference {
    /// Sorted by field.
    pub config: Vec<FieldChange>,
    /// Sorted by path. A deleted directory stands for all that is in it.
    pub files: Vec<FileChange>,
}

/// A path that differs. `before` and `after` are `None` for a directory without an entry of its own. A directory counts
/// as changed where something below it is.
#[derive(Debug, Clone)]
pub struct FileChange {
    pub change: Change,
    pub before: Option<LayerEntry>,
    pub after: Option<LayerEntry>,
}

/// Compares two images. Reads files that may be equal; therefore called as root of the user namespace that unpacked
/// them.
pub fn difference(store: &Store, before: &Image, after: &Image) -> Result<Difference> {
    let mut comparison = Comparison {
        before: Side::open(store, before)?,
        after: Side::open(store, after)?,
        files: Vec::new(),
    };
    comparison.directory(ROOT, ROOT, Path::new("/"))?;
    let mut files = comparison.files;
    files.sort_by(|a, b| a.change.path.as_os_str().cmp(b.change.path.as_os_str()));
    Ok(Difference {
        config: config::fields_that_differ(&before.config, &after.config),
        files,
    })
}

/// One of the two images.
struct Side {
    contents: Contents,
    layers: Vec<(DiffId, OwnedFd)>,
}

impl Side {
    fn open(store: &Store, image: &Image) -> Result<Side> {
        let (contents, _) = Contents::read(store, &image.record.layers)?;
        let open = |id: &DiffId| {
            let diff = stored_layer(store, id)?.diff();
            let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
            let fd = rustix::fs::openat(CWD, &diff, flags, Mode::empty())
                .with_context(|| format!("open {}", diff.display()))?;
            Ok((*id, fd))
        };
        Ok(Side {
            contents,
            layers: image.record.layers.iter().map(open).collect::<Result<_>>()?,
        })
    }

    fn open_file(&self, layer: usize, entry: &LayerEntry) -> Result<File> {
        let (id, diff) = &self.layers[layer];
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let file = rooted::open_exact(diff, &entry.path, flags)
            .with_context(|| format!("{} of layer {id}", entry.path.display()))?;
        Ok(File::from(file))
    }
}

struct Comparison {
    before: Side,
    after: Side,
    files: Vec<FileChange>,
}

impl Comparison {
    /// Compares two directories. Recursion is limited by the depth that a layer's entries may have.
    fn directory(&mut self, before: usize, after: usize, path: &Path) -> Result<()> {
        let owned = |(name, node): (&[u8], usize)| (name.to_vec(), node);
        let old: BTreeMap<Vec<u8>, usize> = self.before.contents.children(before).map(owned).collect();
        let new: BTreeMap<Vec<u8>, usize> = self.after.contents.children(after).map(owned).collect();
        let names: BTreeSet<&Vec<u8>> = old.keys().chain(new.keys()).collect();
        for name in names {
            use std::os::unix::ffi::OsStrExt;
            let path = path.join(std::ffi::OsStr::from_bytes(name));
            match (old.get(name).copied(), new.get(name).copied()) {
                (Some(before), Some(after)) => self.both(before, after, &path)?,
                (Some(before), None) => self.add(&path, ChangeKind::Deleted, Some(before), None),
                (None, Some(after)) => self.added(after, &path),
                (None, None) => {}
            }
        }
        Ok(())
    }

    /// Compares a path that both images have.
    fn both(&mut self, before: usize, after: usize, path: &Path) -> Result<()> {
        let mut changed = !self
            .same(before, after)
            .with_context(|| format!("comparing {}", path.display()))?;
        let directories = (
            self.before.contents.is_directory(before),
            self.after.contents.is_directory(after),
        );
        let listed = self.files.len();
        match directories {
            (true, true) => self.directory(before, after, path)?,
            (false, true) => self.added_below(after, path),
            _ => {}
        }
        // A directory is changed where its contents are, as `diff` shows it.
        changed |= self.files.len() > listed;
        if changed {
            self.add(path, ChangeKind::Changed, Some(before), Some(after));
        }
        Ok(())
    }

    fn added(&mut self, node: usize, path: &Path) {
        self.add(path, ChangeKind::Added, None, Some(node));
        self.added_below(node, path);
    }

    fn added_below(&mut self, node: usize, path: &Path) {
        let mut below = Vec::new();
        self.after
            .contents
            .visit_below(node, path, &mut |path, node| below.push((path, node)));
        for (path, node) in below {
            self.add(&path, ChangeKind::Added, None, Some(node));
        }
    }

    fn add(&mut self, path: &Path, kind: ChangeKind, before: Option<usize>, after: Option<usize>) {
        let entry = |side: &Side, node: Option<usize>| Some(side.contents.entry(node?)?.1.clone());
        self.files.push(FileChange {
            change: Change {
                path: path.to_owned(),
                kind,
            },
            before: entry(&self.before, before),
            after: entry(&self.after, after),
        });
    }

    /// Whether two nodes are equal but for what is below them.
    fn same(&self, before: usize, after: usize) -> Result<bool> {
        let (Some((old_layer, old)), Some((new_layer, new))) =
            (self.before.contents.entry(before), self.after.contents.entry(after))
        else {
            // A directory without an entry of its own equals any other directory.
            return Ok(self.before.contents.is_directory(before) && self.after.contents.is_directory(after));
        };
        if !same_metadata(old, new) {
            return Ok(false);
        }
        let same_place = self.before.layers[old_layer].0 == self.after.layers[new_layer].0 && old.path == new.path;
        if old.kind != EntryKind::File || old.size == 0 || same_place {
            return Ok(true);
        }
        same_bytes(
            self.before.open_file(old_layer, old)?,
            self.after.open_file(new_layer, new)?,
        )
    }
}

/// Whether two entries are equal but for their paths and times.
fn same_metadata(old: &LayerEntry, new: &LayerEntry) -> bool {
    let facts = |entry: &LayerEntry| {
        let mode = (entry.kind != EntryKind::Symlink).then_some(entry.mode);
        let link = match entry.kind {
            EntryKind::Symlink | EntryKind::HardLink => entry.link.clone(),
            _ => Default::default(),
        };
        (
            entry.kind,
            mode,
            entry.uid,
            entry.gid,
            entry.size,
            link,
            entry.device,
            Arc::clone(&entry.xattrs),
        )
    };
    facts(old) == facts(new)
}

fn same_bytes(mut old: File, mut new: File) -> Result<bool> {
    let (mut a, mut b) = (vec![0; BUFFER], vec![0; BUFFER]);
    loop {
        let (count, other) = (fill(&mut old, &mut a)?, fill(&mut new, &mut b)?);
        if a[..count] != b[..other] {
            return Ok(false);
        }
        if count == 0 {
            return Ok(true);
        }
    }
}

/// Reads until the buffer is full or the file ends; returns the number of bytes.
fn fill(file: &mut File, buffer: &mut [u8]) -> Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(filled)
}
