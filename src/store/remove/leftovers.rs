//! What interrupted work left in the store, and how much room it takes.

use crate::oci::digest::{DiffId, Digest};
use crate::store::Store;
use crate::store::files::disk_usage;
use crate::store::objects::partials;
use crate::store::write::{leases, staging};
use std::collections::HashSet;
use std::fmt;

/// Something that no image and no container references.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Leftover {
    pub kind: LeftoverKind,
    /// A digest, or a random name.
    pub name: String,
}

/// What a leftover is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeftoverKind {
    /// A layer that no image references, because its image was never recorded or is gone.
    Layer,
    /// What was made for a stack of layers that no image has any more.
    Stack,
    /// A configuration or a manifest.
    Blob,
    /// A layer or a volume that was being written.
    Staging,
    /// The first bytes of a blob whose download broke off.
    Partial,
    /// A container that was being made, or lost its record.
    Container,
    /// A small file that was being written, or lost its content.
    Record,
    /// What a command that was killed had still to delete.
    Trash,
}

impl fmt::Display for LeftoverKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            LeftoverKind::Layer => "layer",
            LeftoverKind::Stack => "stack layer",
            LeftoverKind::Blob => "blob",
            LeftoverKind::Staging => "staging",
            LeftoverKind::Partial => "partial download",
            LeftoverKind::Container => "container",
            LeftoverKind::Record => "record",
            LeftoverKind::Trash => "trash",
        })
    }
}

/// Disk use of a leftover, or of unfinished work of a command.
#[derive(Debug, Clone)]
pub struct LeftoverUsage {
    pub leftover: Leftover,
    /// Bytes on disk.
    pub size: u64,
    /// Whether a live command works on it.
    pub active: bool,
}

/// Directories whose contents [`Store::records_disk`] leaves out, because they are summed elsewhere.
const CONTENTS: [&str; 6] = ["layers", "containers", "volumes", "staging", "trash", "partial"];

impl Store {
    /// Bytes that a layer takes on disk, as recorded when it was published. None where the store does not hold it.
    pub fn layer_disk(&self, id: &DiffId) -> anyhow::Result<u64> {
        self.size_of(&format!("layers/{}", id.hex()))
    }

    /// Bytes that the store's own files and directories take on disk: blobs, records, names.
    pub fn records_disk(&self) -> anyhow::Result<u64> {
        let mut sum = self.dir.disk(".")?.unwrap_or(0);
        for name in self.dir.entries(".")? {
            sum += match CONTENTS.contains(&name.as_str()) {
                true => self.dir.disk(&name)?.unwrap_or(0),
                false => disk_usage::path(&self.dir, &name)?,
            };
        }
        Ok(sum)
    }

    /// What takes room and belongs to no image and no container: layers other than the `referenced` ones, what is
    /// being fetched or unpacked, and what is in the trash. Takes no lock: it is for display; a sweep decides anew
    /// what is removed.
    pub fn leftover_usage(&self, referenced: &HashSet<DiffId>) -> anyhow::Result<Vec<LeftoverUsage>> {
        let mut found = Vec::new();
        let mut add = |kind, path: &str, name: String, active| -> anyhow::Result<()> {
            let (leftover, size) = (Leftover { kind, name }, self.size_of(path)?);
            found.push(LeftoverUsage { leftover, size, active });
            Ok(())
        };
        let leased = leases::all(&self.dir)?;
        for hex in self.dir.list("layers")? {
            let layer = Digest::from_hex(&hex).map(DiffId).ok();
            if layer.is_none_or(|layer| !referenced.contains(&layer)) {
                let name = layer.map_or_else(|| hex.clone(), |layer| layer.to_string());
                let active = layer.is_some_and(|layer| leased.contains(&layer));
                add(LeftoverKind::Layer, &format!("layers/{hex}"), name, active)?;
            }
        }
        for name in self.dir.list("staging")? {
            if name.ends_with(".lock") {
                continue;
            }
            let path = format!("staging/{name}");
            let active = staging::is_alive(&self.dir, &path)?;
            add(LeftoverKind::Staging, &path, name, active)?;
        }
        for name in self.dir.list("partial")? {
            let path = format!("partial/{name}");
            let active = partials::is_used(&self.dir, &path)?;
            add(LeftoverKind::Partial, &path, name, active)?;
        }
        for name in self.dir.entries("trash")? {
            add(LeftoverKind::Trash, &format!("trash/{name}"), name, false)?;
        }
        found.sort_by(|a, b| a.leftover.cmp(&b.leftover));
        Ok(found)
    }
}
