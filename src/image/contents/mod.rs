//! The files of an image: its layers stacked as overlayfs stacks them, and what each of them changed. All of it is read
//! from the layers' tar-splits: nothing is mounted, and no file is opened.

pub mod count;
pub mod difference;
pub mod files;
#[cfg(test)]
mod tests;

use crate::image::contents::count::{Count, LayerChanges};
use crate::layer::model::{EntryKind, LayerEntry};
use crate::layer::split::contents;
use crate::oci::digest::DiffId;
use crate::store::Store;
use crate::store::objects::records::Layer;
use anyhow::{Context, Result, ensure};
use std::collections::BTreeMap;
use std::fs::File;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Names of an image that are kept in memory. As many entries as four layers may have; no image in use has a tenth of
/// it.
const MAX_NODES: usize = 16 << 20;

/// Is called with each entry of a layer.
type EachEntry<'a> = dyn FnMut(LayerEntry) -> Result<()> + 'a;

/// A name in the tree.
struct Node {
    parent: usize,
    /// The index of the layer that its content is in; the base is 0.
    layer: usize,
    /// `None` for a directory that has no entry of its own, only entries below it.
    entry: Option<Arc<LayerEntry>>,
    /// The count of itself and all below it.
    total: Count,
    /// The count of itself alone.
    own: Count,
    /// It replaced an entry of a lower layer.
    changed: bool,
}

/// The root directory's index in the list of nodes.
pub const ROOT: usize = 0;

/// The merged tree of a stack of layers.
pub struct Contents {
    nodes: Vec<Node>,
    /// By parent and name, so that a directory's names are adjacent and sorted.
    children: BTreeMap<(usize, Box<[u8]>), usize>,
    /// Layers that were added so far.
    layers: usize,
}

impl Contents {
    /// Reads the merged tree of `layers` (base first), and what each of them changed.
    pub fn read(store: &Store, layers: &[DiffId]) -> Result<(Contents, Vec<LayerChanges>)> {
        let mut contents = Contents::empty();
        let mut changes = Vec::with_capacity(layers.len());
        for id in layers {
            let split = open_split(&stored_layer(store, id)?)?;
            let read = |each: &mut EachEntry<'_>| contents::entries(&split, each);
            changes.push(contents.add_layer(&read).with_context(|| format!("layer {id}"))?);
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

    /// Adds a layer on top. `read` calls its argument with each entry of the layer; it is called twice.
    fn add_layer(&mut self, read: &dyn Fn(&mut EachEntry<'_>) -> Result<()>) -> Result<LayerChanges> {
        let mut changes = LayerChanges::default();
        // Whiteouts first: wherever in the tar one is, it hides only what the layers below have (image-spec, layer.md,
        // "Whiteouts").
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
            // Shared: a file with a long name and many attributes may have a great many links.
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
            // An entry below makes it a directory.
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
        // Of entries of one name in one tar the last counts.
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
        self.update_totals(node, own, was_own);
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
        self.update_totals(node, Count::default(), was);
        let node = &mut self.nodes[node];
        (node.own, node.entry, node.layer) = (Count::default(), None, self.layers);
    }

    /// Removes a name with all below it, and returns the count of what was removed.
    fn remove(&mut self, path: &Path) -> Count {
        let Some(node) = self.find(path).filter(|&node| node != ROOT) else {
            return Count::default();
        };
        let (parent, total) = (self.nodes[node].parent, self.nodes[node].total);
        self.update_totals(parent, Count::default(), total);
        let name = names(path).last().unwrap_or_default();
        self.children.remove(&(parent, name.into()));
        total
    }

    /// Removes all that is in a directory, and returns the count of what was removed.
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
        self.update_totals(node, Count::default(), sum);
        sum
    }

    /// Adds `more` to the totals of a node and all its parents, and subtracts `less`.
    fn update_totals(&mut self, mut node: usize, more: Count, less: Count) {
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

    /// A node's entry, and the index of the layer in which its content is, under the entry's path; for a hard link,
    /// these are its target's. `None` for a directory without an entry of its own.
    pub fn entry(&self, node: usize) -> Option<(usize, &LayerEntry)> {
        let node = &self.nodes[node];
        Some((node.layer, node.entry.as_ref()?))
    }

    /// Visits everything in the tree but the root, sorted by name, directories before their contents.
    pub fn visit(&self, each: &mut dyn FnMut(PathBuf, usize)) {
        self.visit_below(ROOT, Path::new(""), each);
    }

    /// Visits everything below a node. Recursion is limited by the depth that a layer's entries may have.
    pub fn visit_below(&self, node: usize, path: &Path, each: &mut dyn FnMut(PathBuf, usize)) {
        for (name, child) in self.children(node) {
            let path = path.join(std::ffi::OsStr::from_bytes(name));
            each(path.clone(), child);
            self.visit_below(child, &path, each);
        }
    }
}

/// The components of a path.
fn names(path: &Path) -> impl Iterator<Item = &[u8]> {
    path.as_os_str()
        .as_bytes()
        .split(|&byte| byte == b'/')
        .filter(|name| !name.is_empty())
}

/// The layer; where the store lacks it, an error that says how to get it.
pub fn stored_layer(store: &Store, id: &DiffId) -> Result<Layer> {
    store
        .layer(id)?
        .with_context(|| format!("layer {id} is missing from the store: pull the image again"))
}

/// Opens a layer's tar-split.
pub fn open_split(layer: &Layer) -> Result<File> {
    File::open(layer.split()).with_context(|| format!("open {}", layer.split().display()))
}
