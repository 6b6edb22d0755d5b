//! Layers that are held.

use crate::oci::digest::{DiffId, Digest};
use crate::store::Store;
use crate::store::files::directory::Directory;
use crate::store::files::trash;
use crate::store::objects::records::{Layer, LayerInfo};
use crate::store::write::locks::UseLock;
use crate::store::write::unsynced;

/// The layer, suspect or not; one whose record power loss took is none.
pub fn find(dir: &Directory, id: &DiffId) -> anyhow::Result<Option<Layer>> {
    let hex = id.hex();
    let path = format!("layers/{hex}");
    let Some(info) = dir.record::<LayerInfo>(&format!("{path}/layer.json"))? else {
        return Ok(None);
    };
    Ok(Some(Layer {
        info,
        path: dir.path(&path),
        suspect: unsynced::suspect(dir, &hex)?,
    }))
}

/// Renames a complete layer from `staged` to its place, marked as unsynced, unless there is a good one.
pub fn put(dir: &Directory, staged: &str, id: &DiffId) -> anyhow::Result<()> {
    let hex = id.hex();
    let path = format!("layers/{hex}");
    let whole = || anyhow::Ok(find(dir, id)?.is_some_and(|layer| !layer.suspect));
    if whole()? {
        return Ok(());
    }
    // Nothing there: a mark that is there is a removed layer's.
    if !dir.exists(&path)? {
        unsynced::put(dir, &hex)?;
        if dir.rename_new(staged, &path)? {
            return Ok(());
        }
    }
    // Another command was faster, or what is there is broken; then only one may replace it. It must be gone before it
    // is marked with this boot, which would vouch for it.
    let _guard = dir.lock_dir("layers")?;
    if !whole()? {
        trash::put(dir, &path)?;
        unsynced::put(dir, &hex)?;
        dir.rename_new(staged, &path)?;
    }
    Ok(())
}

impl Store {
    /// The layer, if it is held. Where it is [suspect](Layer::suspect), it must be verified before it is used.
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

    /// The layer was verified, and so is on disk: it is no longer suspect.
    pub fn confirm_layer(&self, _lock: &UseLock, id: &DiffId) -> anyhow::Result<()> {
        let _guard = self.dir.lock_dir("layers")?;
        // Otherwise another command has put a new one in its place.
        if unsynced::suspect(&self.dir, &id.hex())? {
            unsynced::remove(&self.dir, &id.hex())?;
        }
        Ok(())
    }

    /// The suspect layer was verified and is broken: it goes to the trash, to be fetched again.
    pub fn discard_layer(&self, _lock: &UseLock, id: &DiffId) -> anyhow::Result<()> {
        let _guard = self.dir.lock_dir("layers")?;
        if unsynced::suspect(&self.dir, &id.hex())? {
            trash::put(&self.dir, &format!("layers/{}", id.hex()))?;
            unsynced::remove(&self.dir, &id.hex())?;
        }
        Ok(())
    }
}
