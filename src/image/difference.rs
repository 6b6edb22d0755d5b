//! What differs between two images: their files, and what their configurations say.
//!
//! Files are the same where their contents, modes, owners and attributes are, whichever layers they are in and whenever
//! they were written: an image that was built twice shows what really changed.

use super::Image;
use super::contents::{Contents, ROOT, held};
use crate::layer::{Change, ChangeKind, EntryKind, LayerEntry};
use crate::oci::{DiffId, ImageConfig};
use crate::store::Store;
use crate::sys::rooted;
use anyhow::{Context, Result};
use rustix::fs::{CWD, Mode, OFlags};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read;
use std::os::fd::OwnedFd;
use std::path::Path;

/// Bytes that are compared at a time.
const PIECE: usize = 128 << 10;

/// What differs, first against second.
#[derive(Debug, Default)]
pub struct Difference {
    /// Sorted by field.
    pub config: Vec<FieldChange>,
    /// Sorted by path. A deleted directory stands for all that is in it.
    pub files: Vec<FileChange>,
}

/// A field of the configuration: `Config.Cmd`, `Config.Env.PATH`, `Architecture`.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldChange {
    pub field: String,
    pub before: Option<Value>,
    pub after: Option<Value>,
}

impl FieldChange {
    /// Added where there was nothing before, deleted where there is nothing after.
    pub fn kind(&self) -> ChangeKind {
        match (&self.before, &self.after) {
            (None, _) => ChangeKind::Added,
            (_, None) => ChangeKind::Deleted,
            _ => ChangeKind::Changed,
        }
    }
}

/// A path. A directory without an entry of its own has none here; a directory may be changed only in what is below it.
#[derive(Debug, Clone)]
pub struct FileChange {
    pub change: Change,
    pub before: Option<LayerEntry>,
    pub after: Option<LayerEntry>,
}

/// Compares two images. Reads files that could be the same, as root of the namespace that unpacked them.
pub fn difference(store: &Store, before: &Image, after: &Image) -> Result<Difference> {
    let mut comparison = Comparison {
        before: Side::of(store, before)?,
        after: Side::of(store, after)?,
        files: Vec::new(),
    };
    comparison.directory(ROOT, ROOT, Path::new("/"))?;
    let mut files = comparison.files;
    files.sort_by(|a, b| a.change.path.as_os_str().cmp(b.change.path.as_os_str()));
    Ok(Difference {
        config: fields_that_differ(&before.config, &after.config),
        files,
    })
}

/// One of the two images.
struct Side {
    contents: Contents,
    layers: Vec<(DiffId, OwnedFd)>,
}

impl Side {
    fn of(store: &Store, image: &Image) -> Result<Side> {
        let (contents, _) = Contents::of(store, &image.record.layers)?;
        let open = |id: &DiffId| {
            let diff = held(store, id)?.diff();
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

    fn open(&self, layer: usize, entry: &LayerEntry) -> Result<File> {
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
    /// No deeper than the layers' entries are allowed to be.
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
        // A directory is changed with what is in it, as `diff` shows it.
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

    fn same(&self, before: usize, after: usize) -> Result<bool> {
        let (Some((old_layer, old)), Some((new_layer, new))) =
            (self.before.contents.entry(before), self.after.contents.entry(after))
        else {
            // A directory that says nothing about itself is like any other.
            return Ok(self.before.contents.is_directory(before) && self.after.contents.is_directory(after));
        };
        if !alike(old, new) {
            return Ok(false);
        }
        let same_place = self.before.layers[old_layer].0 == self.after.layers[new_layer].0 && old.path == new.path;
        if old.kind != EntryKind::File || old.size == 0 || same_place {
            return Ok(true);
        }
        same_bytes(self.before.open(old_layer, old)?, self.after.open(new_layer, new)?)
    }
}

/// Whether two entries say the same, but for where they are and when they were written.
fn alike(old: &LayerEntry, new: &LayerEntry) -> bool {
    let facts = |entry: &LayerEntry| {
        let mode = (entry.kind != EntryKind::Symlink).then_some(entry.mode);
        let mut xattrs = entry.xattrs.clone();
        xattrs.sort();
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
            xattrs,
        )
    };
    facts(old) == facts(new)
}

fn same_bytes(mut old: File, mut new: File) -> Result<bool> {
    let (mut a, mut b) = (vec![0; PIECE], vec![0; PIECE]);
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

/// As many bytes as there are, until the buffer is full.
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

fn fields_that_differ(before: &ImageConfig, after: &ImageConfig) -> Vec<FieldChange> {
    let (old, new) = (fields(before), fields(after));
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let change = |name: &String| FieldChange {
        field: name.clone(),
        before: old.get(name).cloned(),
        after: new.get(name).cloned(),
    };
    names
        .into_iter()
        .map(change)
        .filter(|change| change.before != change.after)
        .collect()
}

/// What a configuration says of how its containers run; variables, labels, ports and volumes one by one. Not when and how
/// it was made, in which any two images differ.
fn fields(config: &ImageConfig) -> BTreeMap<String, Value> {
    let mut fields = BTreeMap::new();
    for (name, value) in [
        ("Architecture", Some(&config.architecture)),
        ("Variant", config.variant.as_ref()),
        ("Os", Some(&config.os)),
        ("Author", config.author.as_ref()),
    ] {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            fields.insert(name.to_owned(), value.as_str().into());
        }
    }
    let run = serde_json::to_value(&config.config).unwrap_or_default();
    for (name, value) in run.as_object().into_iter().flatten() {
        match value {
            Value::Object(entries) => {
                for (key, value) in entries {
                    fields.insert(format!("Config.{name}.{key}"), value.clone());
                }
            }
            Value::Array(variables) if name == "Env" => {
                for variable in variables.iter().filter_map(Value::as_str) {
                    let (key, value) = variable.split_once('=').unwrap_or((variable, ""));
                    fields.insert(format!("Config.Env.{key}"), value.into());
                }
            }
            Value::Null => {}
            value => {
                fields.insert(format!("Config.{name}"), value.clone());
            }
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn configurations_differ_field_by_field() {
        let config = |text: &str| ImageConfig::parse(text.as_bytes()).unwrap();
        let before = config(
            r#"{"architecture":"amd64","os":"linux","created":"2024-01-01T00:00:00Z","rootfs":{"type":"layers","diff_ids":[]},
                "config":{"Env":["PATH=/bin","A=1"],"Cmd":["sh"],"Labels":{"x":"1"}}}"#,
        );
        let after = config(
            r#"{"architecture":"amd64","os":"linux","created":"2025-01-01T00:00:00Z","rootfs":{"type":"layers","diff_ids":[]},
                "config":{"Env":["PATH=/bin","A=2"],"Cmd":["sh","-l"],"ExposedPorts":{"80/tcp":{}}}}"#,
        );
        let shown: Vec<_> = fields_that_differ(&before, &after)
            .into_iter()
            .map(|change| (change.kind(), change.field, change.before, change.after))
            .collect();
        assert_eq!(
            shown,
            [
                (
                    ChangeKind::Changed,
                    "Config.Cmd".to_owned(),
                    Some(json!(["sh"])),
                    Some(json!(["sh", "-l"]))
                ),
                (
                    ChangeKind::Changed,
                    "Config.Env.A".to_owned(),
                    Some(json!("1")),
                    Some(json!("2"))
                ),
                (
                    ChangeKind::Added,
                    "Config.ExposedPorts.80/tcp".to_owned(),
                    None,
                    Some(json!({}))
                ),
                (
                    ChangeKind::Deleted,
                    "Config.Labels.x".to_owned(),
                    Some(json!("1")),
                    None
                ),
            ]
        );
        assert_eq!(fields_that_differ(&before, &before), []);
    }
}
