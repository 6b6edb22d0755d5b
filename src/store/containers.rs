//! Containers: a directory each, with the record, the writable layer, and what `container` keeps there.

use super::names::{Names, holder};
use super::{ContainerRecord, Store, UseLock, trash};
use crate::sys::lock::Lock;
use anyhow::{Context, bail, ensure};
use std::path::PathBuf;

fn path(id: &str) -> String {
    format!("containers/{id}")
}

/// 64 lowercase hexadecimal digits: nothing else names a directory here.
fn is_id(id: &str) -> bool {
    id.len() == 64 && id.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

impl Store {
    /// Makes `containers/ID` with the record, `upper`, `work`, and claims the name; a taken name is an error that names
    /// its holder, and a layer that went meanwhile is one that names the layer. The lock must be the one under which
    /// the layers were picked. `durable`: synced before this returns.
    pub fn create_container(
        &self,
        _lock: &UseLock,
        record: &ContainerRecord,
        durable: bool,
    ) -> anyhow::Result<PathBuf> {
        ensure!(is_id(&record.id), "invalid container ID {:?}", record.id);
        for layer in &record.layers {
            ensure!(
                self.dir.exists(&format!("layers/{}", layer.hex()))?,
                "layer {layer} of image {} is missing: pull the image again",
                record.image_name
            );
        }
        let staged = path(&format!(".{}", record.id));
        let made = self.make_container(&staged, record, durable);
        if made.is_err()
            && let Ok(Some(left)) = trash::put(&self.dir, &staged)
        {
            // The first error is the one to tell.
            let _ = trash::delete(&self.dir, &left);
        }
        made
    }

    fn make_container(&self, staged: &str, record: &ContainerRecord, durable: bool) -> anyhow::Result<PathBuf> {
        let published = path(&record.id);
        self.dir.make_dir(staged, 0o700)?;
        self.dir.make_dir(&format!("{staged}/upper"), 0o755)?;
        self.dir.make_dir(&format!("{staged}/work"), 0o700)?;
        self.dir.put_record(&format!("{staged}/record.json"), record, durable)?;
        let names = Names::lock(&self.dir)?;
        names.claim(&record.name, &record.id)?;
        if !self.dir.rename_new(staged, &published)? {
            bail!("container {} exists already", record.id);
        }
        drop(names);
        if durable {
            self.dir.sync_dir("containers")?;
            self.dir.sync_dir("names")?;
        }
        Ok(self.dir.path(&published))
    }

    /// `containers/ID`.
    pub fn container_dir(&self, id: &str) -> PathBuf {
        self.dir.path(&path(id))
    }

    /// Held while it is looked which ids of the host's the containers have, and one is made that has others.
    pub fn lock_ids(&self) -> anyhow::Result<Lock> {
        self.dir
            .lock_dir("containers")
            .context("waiting for the containers' ids")
    }

    /// All containers, in no order.
    pub fn containers(&self) -> anyhow::Result<Vec<ContainerRecord>> {
        let mut containers = Vec::new();
        for id in self.container_ids()? {
            containers.extend(self.container(&id)?);
        }
        Ok(containers)
    }

    /// By full ID, name, or unambiguous ID prefix, in this order.
    pub fn find_container(&self, name: &str) -> anyhow::Result<Option<ContainerRecord>> {
        if is_id(name)
            && let Some(container) = self.container(name)?
        {
            return Ok(Some(container));
        }
        if let Some(id) = holder(&self.dir, name)?
            && let Some(container) = self.container(&id)?
        {
            return Ok(Some(container));
        }
        if name.is_empty() {
            return Ok(None);
        }
        let mut ids = self.container_ids()?;
        ids.retain(|id| id.starts_with(name));
        match &ids[..] {
            [] => Ok(None),
            [id] => self.container(id),
            _ => bail!(
                "container ID prefix {name} is ambiguous: {} containers start with it",
                ids.len()
            ),
        }
    }

    /// Gives the container another name, which must be free; synced. A name that was claimed by a command that was killed before
    /// the record had it stays the container's until it is removed.
    pub fn rename_container(&self, id: &str, name: &str) -> anyhow::Result<()> {
        let names = Names::lock(&self.dir)?;
        let Some(mut record) = self.container(id)? else {
            bail!("container {id} was removed meanwhile");
        };
        if holder(&self.dir, name)?.as_deref() != Some(id) {
            names.claim(name, id)?;
        }
        let old = std::mem::replace(&mut record.name, name.to_owned());
        self.dir
            .put_record(&format!("{}/record.json", path(id)), &record, true)?;
        names.free(&old, id)?;
        self.dir.sync_dir("names")
    }

    /// Gives a container another configuration; synced.
    pub fn reconfigure_container(&self, id: &str, config: serde_json::Value) -> anyhow::Result<()> {
        // So that it is not renamed meanwhile.
        let _names = Names::lock(&self.dir)?;
        let Some(mut record) = self.container(id)? else {
            bail!("container {id} was removed meanwhile");
        };
        record.config = config;
        self.dir.put_record(&format!("{}/record.json", path(id)), &record, true)
    }

    /// Frees the name and deletes the directory. Returns the bytes that came back.
    pub fn remove_container(&self, record: &ContainerRecord) -> anyhow::Result<u64> {
        ensure!(is_id(&record.id), "invalid container ID {:?}", record.id);
        let names = Names::lock(&self.dir)?;
        // It may have been renamed since.
        let name = self.container(&record.id)?.map_or(record.name.clone(), |now| now.name);
        let trashed = trash::put(&self.dir, &path(&record.id))?;
        names.free(&name, &record.id)?;
        drop(names);
        match trashed {
            Some(trashed) => trash::delete(&self.dir, &trashed),
            None => Ok(0),
        }
    }

    /// The record, if the container is there.
    pub(super) fn container(&self, id: &str) -> anyhow::Result<Option<ContainerRecord>> {
        self.dir.record(&format!("{}/record.json", path(id)))
    }

    /// All IDs, also those whose record is damaged.
    pub fn container_ids(&self) -> anyhow::Result<Vec<String>> {
        let mut ids = self.dir.list("containers")?;
        ids.retain(|id| is_id(id));
        Ok(ids)
    }
}
