//! Containers: a directory each, with the record, the writable layer, and the files of the room `container`.

use crate::store::Store;
use crate::store::files::trash;
use crate::store::objects::names::{Names, holder};
use crate::store::objects::records::ContainerRecord;
use crate::store::write::locks::UseLock;
use crate::sys::files::lock::Lock;
use anyhow::{Context, anyhow, bail, ensure};
use std::path::PathBuf;

fn path(id: &str) -> String {
    format!("containers/{id}")
}

fn record_path(id: &str) -> String {
    format!("{}/record.json", path(id))
}

/// The error for a container whose record cannot be read, with what the user can do.
fn unreadable(id: &str) -> String {
    let short = id.get(..12).unwrap_or(id);
    format!("container {short}: its record cannot be read ('lamel rm -f {short}' removes it)")
}

/// Whether the text is 64 lowercase hexadecimal digits: no other name of a directory here is a container's.
fn is_id(id: &str) -> bool {
    id.len() == 64 && id.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

impl Store {
    /// Makes `containers/ID` with the record, `upper` and `work`, and claims the name. A taken name is an error that
    /// names its holder; a layer that was removed meanwhile is an error that names the layer. The lock must be the
    /// one under which the layers were chosen. `durable`: synced before this returns.
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
            // The first error is the one to report.
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

    /// Waits for the lock that is held from reading which subordinate ids the containers have to recording one that
    /// has others.
    pub fn lock_ids(&self) -> anyhow::Result<Lock> {
        self.dir
            .lock_dir("containers")
            .context("waiting for the containers' ids")
    }

    /// All containers, in no order. An error where one of the records cannot be read.
    pub fn containers(&self) -> anyhow::Result<Vec<ContainerRecord>> {
        let containers = self.each_container()?.into_iter();
        containers.map(|(_, record)| record).collect()
    }

    /// All containers by their IDs, in no order. A record that cannot be read is an error of that container alone.
    ///
    /// A record that power loss cut off counts as never written, and its container as not there. But where the
    /// container has a directory in the run root, it has run since then and may still run: then it is there, and what
    /// it uses is not known.
    pub fn each_container(&self) -> anyhow::Result<Vec<(String, anyhow::Result<ContainerRecord>)>> {
        let mut containers = Vec::new();
        for id in self.container_ids()? {
            let record = match self.container(&id) {
                Ok(Some(record)) => Ok(record),
                Ok(None) if self.dir.exists(&path(&id))? && self.may_run(&id) => {
                    Err(anyhow!("{} is cut off", self.dir.path(&record_path(&id)).display()).context(unreadable(&id)))
                }
                Ok(None) => continue,
                Err(error) => Err(error),
            };
            containers.push((id, record));
        }
        Ok(containers)
    }

    /// The containers whose records can be read, in no order. For listings; a removal must consider the others too.
    pub fn readable_containers(&self) -> anyhow::Result<Vec<ContainerRecord>> {
        let containers = self.each_container()?.into_iter();
        Ok(containers.filter_map(|(_, record)| record.ok()).collect())
    }

    /// Whether the container may be running: it has a directory in the run root, so it has run since the machine
    /// started.
    pub fn may_run(&self, id: &str) -> bool {
        self.run_root().join(path(id)).exists()
    }

    /// By full ID, name, or unambiguous ID prefix, in this order.
    pub fn find_container(&self, name: &str) -> anyhow::Result<Option<ContainerRecord>> {
        match self.container_id(name)? {
            Some(id) => self.container(&id),
            None => Ok(None),
        }
    }

    /// As [`Store::find_container`], also where the container's record cannot be read.
    pub fn container_id(&self, name: &str) -> anyhow::Result<Option<String>> {
        let is_there = |id: &str| self.dir.exists(&path(id));
        if is_id(name) && is_there(name)? {
            return Ok(Some(name.to_owned()));
        }
        if let Some(id) = holder(&self.dir, name)?
            && is_id(&id)
            && is_there(&id)?
        {
            return Ok(Some(id));
        }
        if name.is_empty() {
            return Ok(None);
        }
        let mut ids = self.container_ids()?;
        ids.retain(|id| id.starts_with(name));
        match &ids[..] {
            [] => Ok(None),
            [id] => Ok(Some(id.clone())),
            _ => bail!(
                "container ID prefix {name} is ambiguous: {} containers start with it",
                ids.len()
            ),
        }
    }

    /// Gives the container another name, which must be free. Synced. Where this is killed between claiming the new
    /// name and writing the record, the container has both names until it is removed.
    pub fn rename_container(&self, id: &str, name: &str) -> anyhow::Result<()> {
        let names = Names::lock(&self.dir)?;
        let Some(mut record) = self.container(id)? else {
            bail!("container {id} was removed meanwhile");
        };
        if holder(&self.dir, name)?.as_deref() != Some(id) {
            names.claim(name, id)?;
        }
        let old = std::mem::replace(&mut record.name, name.to_owned());
        self.dir.put_record(&record_path(id), &record, true)?;
        names.free(&old, id)?;
        self.dir.sync_dir("names")
    }

    /// Gives a container another configuration. Synced.
    pub fn reconfigure_container(&self, id: &str, config: serde_json::Value) -> anyhow::Result<()> {
        // The record must not be renamed meanwhile: that change would be lost.
        let _names = Names::lock(&self.dir)?;
        let Some(mut record) = self.container(id)? else {
            bail!("container {id} was removed meanwhile");
        };
        record.config = config;
        self.dir.put_record(&record_path(id), &record, true)
    }

    /// Frees the name and deletes the directory. Returns the bytes on disk that are freed.
    pub fn remove_container(&self, record: &ContainerRecord) -> anyhow::Result<u64> {
        ensure!(is_id(&record.id), "invalid container ID {:?}", record.id);
        let names = Names::lock(&self.dir)?;
        // It may have been renamed since the caller read the record.
        let name = self.container(&record.id)?.map_or(record.name.clone(), |now| now.name);
        let trashed = trash::put(&self.dir, &path(&record.id))?;
        names.free(&name, &record.id)?;
        drop(names);
        match trashed {
            Some(trashed) => trash::delete(&self.dir, &trashed),
            None => Ok(0),
        }
    }

    /// Deletes the directory of a container whose record cannot be read, and frees all its names. Returns the bytes
    /// on disk that are freed.
    pub fn remove_unreadable_container(&self, id: &str) -> anyhow::Result<u64> {
        ensure!(is_id(id), "invalid container ID {id:?}");
        let names = Names::lock(&self.dir)?;
        let trashed = trash::put(&self.dir, &path(id))?;
        names.free_all(id)?;
        drop(names);
        match trashed {
            Some(trashed) => trash::delete(&self.dir, &trashed),
            None => Ok(0),
        }
    }

    /// The record. `None` where there is no such container.
    pub fn container(&self, id: &str) -> anyhow::Result<Option<ContainerRecord>> {
        self.dir.record(&record_path(id)).with_context(|| unreadable(id))
    }

    /// All IDs, also of containers whose record cannot be read.
    pub fn container_ids(&self) -> anyhow::Result<Vec<String>> {
        let mut ids = self.dir.list("containers")?;
        ids.retain(|id| is_id(id));
        Ok(ids)
    }
}
