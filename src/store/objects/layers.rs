//! Layers: staged, published under their diff_id, and then immutable.

use crate::layer::model::Applied;
use crate::oci::digest::{DiffId, Digest};
use crate::store::Store;
use crate::store::files::directory::Directory;
use crate::store::files::{disk_usage, trash};
use crate::store::objects::records::{Layer, LayerInfo};
use crate::store::write::locks::UseLock;
use crate::store::write::staging;
use crate::store::write::staging::Staging;
use crate::store::write::unsynced;
use anyhow::Context;
use std::fs::File;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;

/// The layer, suspect or not. `None` also where power loss took its record.
pub fn find(dir: &Directory, id: &DiffId) -> anyhow::Result<Option<Layer>> {
    let hex = id.hex();
    let path = format!("layers/{hex}");
    let Some(info) = dir.record::<LayerInfo>(&format!("{path}/layer.json"))? else {
        return Ok(None);
    };
    Ok(Some(Layer {
        info,
        path: dir.path(&path),
        suspect: unsynced::is_suspect(dir, &hex)?,
    }))
}

/// A layer that is being written. Dropping it unpublished removes it.
#[must_use = "a staged layer is lost unless it is published"]
pub struct LayerStaging {
    staging: Staging,
    dir: Arc<Directory>,
}

impl LayerStaging {
    /// The directory to unpack into: empty, mode 0755 until the layer's tar says otherwise.
    pub fn diff(&self) -> anyhow::Result<OwnedFd> {
        self.dir.open_dir(&self.staging.join("diff"))
    }

    /// The file for the tar-split, new and empty. To be called once.
    pub fn split(&self) -> anyhow::Result<File> {
        self.dir.create_file(&self.staging.join("tar-split.zst"))
    }

    /// Makes the layer visible under its diff_id. Where the store holds it already and it is neither damaged nor
    /// suspect, that one stays and this succeeds. `durable`: synced before this returns, for layers that cannot be
    /// fetched again.
    pub fn publish(self, _lock: &UseLock, applied: &Applied, durable: bool) -> anyhow::Result<Layer> {
        let (staging, dir) = (&self.staging, &*self.dir);
        let mut info = LayerInfo {
            diff_id: applied.diff_id,
            tar_size: applied.tar_size,
            size: applied.size,
            entries: applied.entries,
            disk: 0,
            lower_refs: applied.lower_refs.clone(),
        };
        let record = staging.join("layer.json");
        dir.put_record(&record, &info, false)?;
        // The record counts itself; it takes no more blocks with the number in it.
        info.disk = disk_usage::tree(dir.open_dir(staging.path())?.as_fd()).with_context(dir.named(staging.path()))?;
        dir.put_record(&record, &info, false)?;
        put(dir, staging.path(), &applied.diff_id)?;
        if durable {
            unsynced::sync(dir)?;
        }
        find(dir, &applied.diff_id)?
            .with_context(|| format!("layer {} vanished while it was published", applied.diff_id))
    }
}

/// Renames a complete layer from `staged` to its place, marked as unsynced, unless a good one is there.
fn put(dir: &Directory, staged: &str, id: &DiffId) -> anyhow::Result<()> {
    let hex = id.hex();
    let path = format!("layers/{hex}");
    let is_good = || anyhow::Ok(find(dir, id)?.is_some_and(|layer| !layer.suspect));
    if is_good()? {
        return Ok(());
    }
    // A mark without a layer is a removed layer's, and may be replaced.
    if !dir.exists(&path)? {
        unsynced::mark(dir, &hex)?;
        if dir.rename_new(staged, &path)? {
            return Ok(());
        }
    }
    // Another command was faster, or the layer there is broken. Only one command at a time may replace a layer. The
    // broken one must be gone before this boot's mark is made, which would vouch for it.
    let _guard = dir.lock_dir("layers")?;
    if !is_good()? {
        trash::put(dir, &path)?;
        unsynced::mark(dir, &hex)?;
        dir.rename_new(staged, &path)?;
    }
    Ok(())
}

impl Store {
    /// A place to write a layer. First removes what killed commands left in such places.
    pub fn stage_layer(&self) -> anyhow::Result<LayerStaging> {
        let mut reaped = Vec::new();
        staging::reap(&self.dir, &mut |path, lock| {
            reaped.extend(trash::put(&self.dir, path)?);
            self.dir.remove_file(lock).map(drop)
        })?;
        for left in reaped {
            // What this mapping of ids may not delete stays in the trash until a command with another mapping empties
            // it.
            let _ = trash::delete(&self.dir, &left);
        }
        let staging = Staging::new(&self.dir)?;
        self.dir.make_dir(&staging.join("diff"), 0o755)?;
        let dir = self.dir.clone();
        Ok(LayerStaging { staging, dir })
    }

    /// The layer, if the store holds it. A [suspect](Layer::suspect) one must be verified before it is used.
    pub fn layer(&self, id: &DiffId) -> anyhow::Result<Option<Layer>> {
        find(&self.dir, id)
    }

    /// All layers, in no order.
    pub fn layers(&self) -> anyhow::Result<Vec<Layer>> {
        let mut layers = Vec::new();
        for name in self.dir.list("layers")? {
            if let Ok(digest) = Digest::from_hex(&name) {
                layers.extend(find(&self.dir, &DiffId(digest))?);
            }
        }
        Ok(layers)
    }

    /// Records that the layer was verified and is no longer suspect: it was read from the disk.
    pub fn confirm_layer(&self, _lock: &UseLock, id: &DiffId) -> anyhow::Result<()> {
        let _guard = self.dir.lock_dir("layers")?;
        // Another command may have replaced it with a new one, whose mark must stay.
        if unsynced::is_suspect(&self.dir, &id.hex())? {
            unsynced::unmark(&self.dir, &id.hex())?;
        }
        Ok(())
    }

    /// Moves a suspect layer that was verified and found broken to the trash, so that it is fetched again.
    pub fn discard_layer(&self, _lock: &UseLock, id: &DiffId) -> anyhow::Result<()> {
        let _guard = self.dir.lock_dir("layers")?;
        if unsynced::is_suspect(&self.dir, &id.hex())? {
            trash::put(&self.dir, &format!("layers/{}", id.hex()))?;
            unsynced::unmark(&self.dir, &id.hex())?;
        }
        Ok(())
    }
}
