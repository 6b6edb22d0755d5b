//! The sweep: what nothing references is moved to the trash.
//!
//! All of it happens under the sweep lock, so nobody publishes and nobody chooses layers meanwhile. Leases and
//! containers may be removed at any time, which only makes more garbage.

use crate::oci::digest::{DiffId, Digest};
use crate::store::Store;
use crate::store::objects::names::Names;
use crate::store::objects::{partials, tags};
use crate::store::remove::leftovers::{Leftover, LeftoverKind};
use crate::store::remove::removal::Removal;
use crate::store::write::{leases, staging, unsynced};
use std::time::Duration;

impl Store {
    /// Moves to the trash what nothing references: layers, what was made for stacks, blobs, staging whose writer is
    /// gone, partials that no download uses, and what power loss left without a record. Returns all of it, and what
    /// was in the trash already, sorted.
    pub fn sweep(&self, removal: &Removal) -> anyhow::Result<Vec<Leftover>> {
        let mut gone = Vec::new();
        let mut report = |kind, name: &str| {
            let name = name.to_owned();
            gone.push(Leftover { kind, name });
        };
        for name in removal.earlier_trash()? {
            report(LeftoverKind::Trash, &name);
        }
        self.sweep_lost(removal, &mut report)?;
        let references = self.references(removal)?;
        for name in self.dir.entries("layers")? {
            match Digest::from_hex(&name).map(DiffId) {
                Ok(layer) if references.has_layer(&layer) => {}
                Ok(layer) if self.remove_layer(removal, &layer)? => report(LeftoverKind::Layer, &layer.to_string()),
                Err(_) if removal.trash(&format!("layers/{name}"))? => report(LeftoverKind::Layer, &name),
                _ => {}
            }
        }
        for name in self.dir.entries("unsynced")? {
            if !self.dir.exists(&format!("layers/{name}"))? {
                removal.unlink(&unsynced::path(&name))?;
            }
        }
        for name in self.dir.entries("blobs/sha256")? {
            let blob = Digest::from_hex(&name).ok();
            if !blob.is_some_and(|blob| references.has_blob(&blob)) && removal.trash(&format!("blobs/sha256/{name}"))? {
                report(LeftoverKind::Blob, &blob.map_or(name, |blob| blob.to_string()));
            }
        }
        for chain in self.remove_unused_stacks(removal)? {
            report(LeftoverKind::Stack, &chain);
        }
        staging::reap(&self.dir, &mut |path, lock_path| {
            if removal.trash(path)? {
                report(LeftoverKind::Staging, path.trim_start_matches("staging/"));
            }
            removal.unlink(lock_path).map(drop)
        })?;
        leases::reap_claims(&self.dir, &mut |path| removal.unlink(path).map(drop))?;
        partials::reap(&self.dir, Duration::ZERO, &mut |path| {
            if removal.trash(path)? {
                report(LeftoverKind::Partial, path.trim_start_matches("partial/"));
            }
            Ok(())
        })?;
        gone.sort();
        Ok(gone)
    }

    /// Moves to the trash what was being written when its writer was killed, and what power loss took the record of.
    /// Removes names that lead to nothing.
    fn sweep_lost(&self, removal: &Removal, report: &mut dyn FnMut(LeftoverKind, &str)) -> anyhow::Result<()> {
        // A network is recorded under its own lock, not under the use lock.
        let networks = self.lock_networks()?;
        for (folder, kind) in [("volumes", LeftoverKind::Staging), ("networks", LeftoverKind::Record)] {
            for name in self.dir.entries(folder)? {
                if name.starts_with('.') && removal.trash(&format!("{folder}/{name}"))? {
                    report(kind, &name);
                }
            }
        }
        drop(networks);
        for folder in ["images", "tags", "containers"] {
            for name in self.dir.entries(folder)? {
                let path = format!("{folder}/{name}");
                let (record, kind) = match folder {
                    "containers" => (format!("{path}/record.json"), LeftoverKind::Container),
                    _ => (path.clone(), LeftoverKind::Record),
                };
                // Power loss takes the run root as well as records. A container with a directory there has run since,
                // and may still run.
                let may_run = || folder == "containers" && self.may_run(&name);
                let is_lost = || match self.dir.record::<serde::de::IgnoredAny>(&record) {
                    // A damaged record: its container is removed only by name.
                    Err(_) if folder == "containers" => Ok(false),
                    record => record.map(|record| record.is_none()),
                };
                if (name.starts_with('.') || is_lost()?) && !may_run() && removal.trash(&path)? {
                    report(kind, &name);
                }
            }
        }
        for tag in self.tags()? {
            if self.image(&tag.image)?.is_none() {
                removal.unlink(&tags::path(&tag.reference))?;
            }
        }
        Names::lock(&self.dir)?.reap(&mut |path| removal.unlink(path).map(drop))
    }
}
