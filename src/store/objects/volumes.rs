//! Volumes: a directory each, with the record and the data.
//!
//! Data does not depend on the record: where power loss took a volume's record, the volume is there, without labels.

use crate::store::Store;
use crate::store::files::disk_usage;
use crate::store::files::trash;
use crate::store::write::locks::{SweepLock, UseLock};
use crate::sys::files::lock::Lock;
use crate::sys::files::random_name::random_name;
use anyhow::{Context, bail, ensure};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

const FOLDER: &str = "volumes";

/// What is recorded of a volume.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VolumeRecord {
    pub name: String,
    /// RFC 3339.
    pub created: String,
    pub labels: BTreeMap<String, String>,
    /// Made for one container, and removed with it.
    pub anonymous: bool,
}

fn path(name: &str) -> String {
    format!("{FOLDER}/{name}")
}

/// Whether the text can name a volume: it is safe as the name of a file, and no path.
pub fn is_name(name: &str) -> bool {
    name.len() <= 255
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'))
}

impl Store {
    /// Makes an empty volume. False where the name is taken. The lock must be held until the container that the
    /// volume is for is recorded. `durable`: synced before this returns.
    pub fn create_volume(&self, _lock: &UseLock, record: &VolumeRecord, durable: bool) -> anyhow::Result<bool> {
        let name = &record.name;
        ensure!(
            is_name(name),
            "invalid volume name {name:?}: letters, digits, and then also _ . - are allowed"
        );
        // A store that was made by an earlier version has no such folder.
        self.dir.make_dir(FOLDER, 0o700)?;
        if self.dir.exists(&path(name))? {
            return Ok(false);
        }
        let staged = path(&format!(".{}", random_name()));
        self.dir.make_dir(&staged, 0o700)?;
        self.dir.make_dir(&format!("{staged}/_data"), 0o755)?;
        self.dir.put_record(&format!("{staged}/volume.json"), record, durable)?;
        let made = self.dir.rename_new(&staged, &path(name))?;
        if !made && let Some(left) = trash::put(&self.dir, &staged)? {
            trash::delete(&self.dir, &left)?;
        }
        if durable {
            self.dir.sync_dir(FOLDER)?;
        }
        Ok(made)
    }

    /// The record of a volume. `None` where there is no such volume.
    pub fn volume(&self, name: &str) -> anyhow::Result<Option<VolumeRecord>> {
        if !is_name(name) || !self.dir.exists(&path(name))? {
            return Ok(None);
        }
        let record = self.dir.record(&format!("{}/volume.json", path(name)))?;
        Ok(Some(record.unwrap_or_else(|| VolumeRecord {
            name: name.to_owned(),
            created: String::new(),
            labels: BTreeMap::new(),
            anonymous: false,
        })))
    }

    /// All volumes, sorted by name.
    pub fn volumes(&self) -> anyhow::Result<Vec<VolumeRecord>> {
        let mut names = self.dir.list(FOLDER)?;
        names.sort();
        let mut volumes = Vec::new();
        for name in names {
            volumes.extend(self.volume(&name)?);
        }
        Ok(volumes)
    }

    /// The names of all volumes, sorted. Reads no record.
    pub fn volume_names(&self) -> anyhow::Result<Vec<String>> {
        let mut names = self.dir.list(FOLDER)?;
        names.retain(|name| is_name(name));
        names.sort();
        Ok(names)
    }

    /// The directory with a volume's data.
    pub fn volume_data(&self, name: &str) -> PathBuf {
        self.dir.path(&path(name)).join("_data")
    }

    /// Bytes that a volume takes on disk, with its record.
    pub fn volume_disk(&self, name: &str) -> anyhow::Result<u64> {
        disk_usage::path(&self.dir, &path(name))
    }

    /// Waits for the lock under which a volume is filled: nobody uses a volume that is not filled completely.
    pub fn lock_volume(&self, name: &str) -> anyhow::Result<Lock> {
        if !is_name(name) || !self.dir.exists(&path(name))? {
            bail!("no such volume: {name}");
        }
        self.dir.lock_dir(&path(name)).context("waiting for the volume")
    }

    /// Moves volumes to the trash, then releases the lock and deletes them one by one. Yields the bytes on disk that
    /// each frees. The caller has seen under the lock that no container uses them.
    pub fn remove_volumes<S: AsRef<str>>(
        &self,
        lock: SweepLock,
        names: &[S],
    ) -> impl Iterator<Item = anyhow::Result<u64>> {
        let put = |name: &str| {
            ensure!(is_name(name), "invalid volume name {name:?}");
            trash::put(&self.dir, &path(name))
        };
        let trashed: Vec<_> = names.iter().map(|name| put(name.as_ref())).collect();
        drop(lock);
        trashed.into_iter().map(|trashed| match trashed? {
            Some(trashed) => trash::delete(&self.dir, &trashed),
            None => Ok(0),
        })
    }
}
