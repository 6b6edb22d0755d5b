//! What an image's layers hold, put over each other as overlayfs would, and what each of them did to those below. All of
//! it comes from the layers' tar-splits: nothing is mounted, and no file is opened.

pub mod count;
pub mod difference;
pub mod files;
#[cfg(test)]
mod tests;

use crate::image::contents::count::{Count, LayerChanges};
use crate::layer::split::contents;

use crate::layer::model::{EntryKind, LayerEntry};
use crate::oci::digest::DiffId;
use crate::store::Store;
use crate::store::objects::records::Layer;
use anyhow::{Context, Result, ensure};
use std::collections::BTreeMap;
use std::fs::File;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Names that are held in memory. Four full layers of nothing but entries; no image in use has a tenth of it.
const MAX_NODES: usize = 16 << 20;

/// Is handed a layer's entries.
type Each<'a> = dyn FnMut(LayerEntry) -> Result<()> + 'a;

/// A name in the tree.
struct Node {
    parent: usize,
    /// The layer that its content is in, counted from 0.
    layer: usize,
    /// `None` for a directory that only its entries speak of.
    entry: Option<Arc<LayerEntry>>,
    /// Of itself and all below it.
    total: Count,
    /// Itself alone, and whether its layer put it in another's place.
    own: Count,
    changed: bool,
}

/// The root directory's place in the list of nodes.
pub const ROOT: usize = 0;

/// The tree that a stack of layers comes to.
pub struct Contents {
    nodes: Vec<Node>,
    /// By parent and name, so that a directory's names are together and sorted.
    children: BTreeMap<(usize, Box<[u8]>), usize>,
    /// Layers that were put on so far.
    layers: usize,
}

impl Contents {
    /// The whole tree of these layers (base first), and what each did.
    pub fn of(store: &Store, layers: &[DiffId]) -> Result<(Contents, Vec<LayerChanges>)> {
        let mut contents = Contents::empty();
        let mut changes = Vec::with_capacity(layers.len());
        for id in layers {
            let split = open_split(&held(store, id)?)?;
            let read = |each: &mut Each<'_>| contents::entries(&split, each);
            changes.push(contents.put(&read).with_context(|| format!("layer {id}"))?);
        }
        Ok((contents, changes))
    }

    fn empty() -> Contents {
        let root = Node {
            parent: ROOT,
            layer: 0,
            entry: None,
            total: Count::default(),
            own: Count::default(),
            changed: false,
        };
        Contents {
            nodes: vec![root],
            children: BTreeMap::new(),
            layers: 0,
        }
    }

    /// Puts one more layer on top, whose entries `read` hands out, as often as it is called.
    fn put(&mut self, read: &dyn Fn(&mut Each<'_>) -> Result<()>) -> Result<LayerChanges> {
        let mut changes = LayerChanges::default();
        // A whiteout hides what the layers below have, wherever in the tar it is (image-spec, layer.md, "Whiteouts").
        read(&mut |entry| {
            match entry.kind {
                EntryKind::Whiteout => changes.deleted += self.remove(&entry.path),
                EntryKind::Opaque => changes.deleted += self.clear(&entry.path),
                _ => {}
            }
            Ok(())
        })?;
        read(&mut |entry| match entry.kind {
            EntryKind::Whiteout | EntryKind::Opaque => Ok(()),
            _ => self.insert(entry, &mut changes),
        })?;
        self.layers += 1;
        Ok(changes)
    }

    fn insert(&mut self, entry: LayerEntry, changes: &mut LayerChanges) -> Result<()> {
        let is_directory = entry.kind == EntryKind::Directory;
        let (mut entry, mut layer) = (Arc::new(entry), self.layers);
        let mut own = match entry.kind {
            EntryKind::Directory => Count::default(),
            EntryKind::File => Count {
                files: 1,
                bytes: entry.size,
            },
            EntryKind::Symlink => Count {
                files: 1,
                bytes: entry.link.as_os_str().len() as u64,
            },
            _ => Count { files: 1, bytes: 0 },
        };
        let path = entry.path.clone();
        if entry.kind == EntryKind::HardLink {
            own.bytes = 0;
            // Shared: a file of a long name and many attributes may have a great many links.
            if let Some(target) = self.find(&entry.link).map(|node| &self.nodes[node])
                && let Some(found) = &target.entry
            {
                (entry, layer) = (Arc::clone(found), target.layer);
            }
        }
        let mut node = ROOT;
        for name in names(&path) {
            let child = match self.child(node, name) {
                Some(child) => child,
                None => self.add(node, name)?,
            };
            // What was no directory is one now, since there is something in it.
            if node != ROOT && !self.is_directory(node) {
                self.become_directory(node, changes);
            }
            node = child;
        }
        if node == ROOT {
            self.nodes[ROOT].entry = Some(entry);
            return Ok(());
        }
        let before = &self.nodes[node];
        let (was_new, was_changed, was_own) = (before.entry.is_none(), before.changed, before.own);
        // The same tar has the name twice: the later one counts.
        let again = !was_new && before.layer == self.layers;
        let mut changed = false;
        if again {
            changed = was_changed;
            match was_changed {
                true => changes.changed -= was_own,
                false => changes.added -= was_own,
            }
        }
        if !is_directory && self.is_directory(node) && self.has_children(node) {
            let below = self.clear_node(node);
            changes.deleted += below;
        } else if !again && was_own.files > 0 {
            match is_directory {
                true => changes.deleted += was_own,
                false => changed = true,
            }
        }
        match changed {
            true => changes.changed += own,
            false => changes.added += own,
        }
        self.grow(node, own, was_own);
        let node = &mut self.nodes[node];
        (node.own, node.changed, node.layer, node.entry) = (own, changed, layer, Some(entry));
        Ok(())
    }

    fn add(&mut self, parent: usize, name: &[u8]) -> Result<usize> {
        ensure!(
            self.nodes.len() < MAX_NODES,
            "the image has more than {MAX_NODES} entries"
        );
        self.nodes.push(Node {
            parent,
            layer: self.layers,
            entry: None,
            total: Count::default(),
            own: Count::default(),
            changed: false,
        });
        let node = self.nodes.len() - 1;
        self.children.insert((parent, name.into()), node);
        Ok(node)
    }

    fn become_directory(&mut self, node: usize, changes: &mut LayerChanges) {
        let was = self.nodes[node].own;
        changes.deleted += was;
        self.grow(node, Count::default(), was);
        let node = &mut self.nodes[node];
        (node.own, node.entry, node.layer) = (Count::default(), None, self.layers);
    }

    /// Takes a name away, with all below it.
    fn remove(&mut self, path: &Path) -> Count {
        let Some(node) = self.find(path).filter(|&node| node != ROOT) else {
            return Count::default();
        };
        let (parent, total) = (self.nodes[node].parent, self.nodes[node].total);
        self.grow(parent, Count::default(), total);
        let name = names(path).last().unwrap_or_default();
        self.children.remove(&(parent, name.into()));
        total
    }

    /// Takes away all that is in a directory.
    fn clear(&mut self, path: &Path) -> Count {
        self.find(path)
            .map_or_else(Count::default, |node| self.clear_node(node))
    }

    fn clear_node(&mut self, node: usize) -> Count {
        let below: Vec<(Box<[u8]>, Count)> = self
            .children(node)
            .map(|(name, child)| (name.into(), self.nodes[child].total))
            .collect();
        let mut sum = Count::default();
        for (name, total) in below {
            self.children.remove(&(node, name));
            sum += total;
        }
        self.grow(node, Count::default(), sum);
        sum
    }

    /// Counts more and less in a node and all above it.
    fn grow(&mut self, mut node: usize, more: Count, less: Count) {
        loop {
            self.nodes[node].total += more;
            self.nodes[node].total -= less;
            if node == ROOT {
                return;
            }
            node = self.nodes[node].parent;
        }
    }

    fn find(&self, path: &Path) -> Option<usize> {
        names(path).try_fold(ROOT, |node, name| self.child(node, name))
    }

    fn child(&self, node: usize, name: &[u8]) -> Option<usize> {
        self.children.get(&(node, name.into())).copied()
    }

    fn has_children(&self, node: usize) -> bool {
        self.children(node).next().is_some()
    }

    pub fn is_directory(&self, node: usize) -> bool {
        let entry = self.nodes[node].entry.as_ref();
        entry.is_none_or(|entry| entry.kind == EntryKind::Directory)
    }

    /// The names in a directory, sorted.
    pub fn children(&self, node: usize) -> impl Iterator<Item = (&[u8], usize)> {
        let range = (node, Box::default())..(node + 1, Box::default());
        self.children.range(range).map(|((_, name), child)| (&**name, *child))
    }

    /// What a node is, and the layer (from 0) that its content is in, under the path that the entry says; a hard link's is
    /// the one that it leads to. `None` for a directory without an entry of its own.
    pub fn entry(&self, node: usize) -> Option<(usize, &LayerEntry)> {
        let node = &self.nodes[node];
        Some((node.layer, node.entry.as_ref()?))
    }

    /// Visits all that is in the tree but the root, sorted by name, directories before what is in them.
    pub fn visit(&self, each: &mut dyn FnMut(PathBuf, usize)) {
        self.visit_below(ROOT, Path::new(""), each);
    }

    /// No deeper than the layers' entries are allowed to be.
    pub fn visit_below(&self, node: usize, path: &Path, each: &mut dyn FnMut(PathBuf, usize)) {
        for (name, child) in self.children(node) {
            let path = path.join(std::ffi::OsStr::from_bytes(name));
            each(path.clone(), child);
            self.visit_below(child, &path, each);
        }
    }
}

fn names(path: &Path) -> impl Iterator<Item = &[u8]> {
    path.as_os_str()
        .as_bytes()
        .split(|&byte| byte == b'/')
        .filter(|name| !name.is_empty())
}

/// The layer, or an error that says how to get it.
pub fn held(store: &Store, id: &DiffId) -> Result<Layer> {
    store
        .layer(id)?
        .with_context(|| format!("layer {id} is missing from the store: pull the image again"))
}

pub fn open_split(layer: &Layer) -> Result<File> {
    File::open(layer.split()).with_context(|| format!("open {}", layer.split().display()))
}
