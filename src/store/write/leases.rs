//! What keeps work under way apart: a lease keeps layers from a sweep, a claim keeps a layer from being fetched twice.

use crate::oci::digest::{DiffId, Digest};
use crate::store::Store;
use crate::store::files::directory::Directory;
use crate::store::write::locks::SweepLock;
use crate::sys::files::lock::Lock;
use crate::sys::files::random_name::random_name;
use anyhow::Context;
use std::collections::HashSet;
use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::fs::MetadataExt;
use std::sync::Arc;

/// Keeps layers that are being fetched or are about to be used from a sweep, while it lives. Layers that are not held
/// yet may be named.
#[must_use = "a lease that is dropped keeps nothing"]
pub struct Lease {
    dir: Arc<Directory>,
    path: String,
    #[expect(dead_code, reason = "held, not read")]
    lock: Lock,
}

impl Drop for Lease {
    fn drop(&mut self) {
        // A leftover is removed by the next sweep, since its lock is free.
        let _ = self.dir.remove_file(&self.path);
    }
}

/// The right to fetch one layer; others who want the same layer wait for it.
#[must_use = "a claim that is dropped is given up"]
pub struct LayerClaim {
    dir: Arc<Directory>,
    path: String,
    #[expect(dead_code, reason = "held, not read")]
    lock: Lock,
}

impl Drop for LayerClaim {
    fn drop(&mut self) {
        // Before the lock is free, so that who waits for it sees that the file is gone and makes a new one.
        let _ = self.dir.remove_file(&self.path);
    }
}

/// Waits for the lock of a file that its holder removes; makes the file where it is missing.
pub fn lock_removable(dir: &Directory, path: &str) -> anyhow::Result<Lock> {
    loop {
        let lock = Lock::exclusive(dir.open_lock(path)?).with_context(dir.named(path))?;
        let locked = lock.file().metadata().with_context(dir.named(path))?.ino();
        if dir.inode(path)? == Some(locked) {
            return Ok(lock);
        }
    }
}

/// Likewise, of the file that was opened at `path`, without waiting. `None` where another has the lock, and where the file has been
/// removed since: whoever has made a new one there may have that one's lock.
pub fn try_lock_removable(dir: &Directory, path: &str, file: File) -> anyhow::Result<Option<Lock>> {
    let Some(lock) = Lock::try_exclusive(file).with_context(dir.named(path))? else {
        return Ok(None);
    };
    let locked = lock.file().metadata().with_context(dir.named(path))?.ino();
    Ok((dir.inode(path)? == Some(locked)).then_some(lock))
}

/// The layers that live leases keep. Removes dead ones: under the sweep lock no lease is half made.
pub fn leased(dir: &Directory, sweep: &SweepLock) -> anyhow::Result<Vec<DiffId>> {
    let mut layers = Vec::new();
    for name in dir.list("leases")? {
        let path = format!("leases/{name}");
        let Some(mut file) = dir.open_file(&path)? else {
            continue;
        };
        if Lock::try_exclusive(file.try_clone().with_context(dir.named(&path))?)
            .with_context(dir.named(&path))?
            .is_some()
        {
            sweep.unlink(dir, &path)?;
            continue;
        }
        layers.extend(read(dir, &path, &mut file)?);
    }
    Ok(layers)
}

/// The layers that any lease names, whether or not its holder lives.
pub fn named(dir: &Directory) -> anyhow::Result<HashSet<DiffId>> {
    let mut layers = HashSet::new();
    for name in dir.list("leases")? {
        let path = format!("leases/{name}");
        if let Some(mut file) = dir.open_file(&path)? {
            // One that is just being written is looked at too early, which does no harm.
            layers.extend(read(dir, &path, &mut file).unwrap_or_default());
        }
    }
    Ok(layers)
}

fn read(dir: &Directory, path: &str, file: &mut File) -> anyhow::Result<Vec<DiffId>> {
    let mut text = String::new();
    file.read_to_string(&mut text).with_context(dir.named(path))?;
    let layer = |line: &str| Ok(DiffId(Digest::from_hex(line).with_context(dir.named(path))?));
    text.lines().map(layer).collect()
}

/// Removes the files of claims that nobody has.
pub fn reap_claims(dir: &Directory, sweep: &SweepLock) -> anyhow::Result<()> {
    for name in dir.list("claims")? {
        let path = format!("claims/{name}");
        if let Some(file) = dir.open_file(&path)?
            && let Some(_lock) = try_lock_removable(dir, &path, file)?
        {
            sweep.unlink(dir, &path)?;
        }
    }
    Ok(())
}

impl Store {
    /// Keeps `layers` from every sweep until the lease is dropped. Waits while a removal is marking.
    pub fn lease(&self, layers: &[DiffId]) -> anyhow::Result<Lease> {
        // A sweep must not see the file before it is locked and written.
        let _use = self.lock_use()?;
        let path = format!("leases/{}", random_name());
        let mut file: File = self.dir.create_file(&path)?;
        let text: String = layers.iter().map(|layer| layer.hex() + "\n").collect();
        file.write_all(text.as_bytes()).with_context(self.dir.named(&path))?;
        Ok(Lease {
            dir: self.dir.clone(),
            lock: Lock::exclusive(file).with_context(self.dir.named(&path))?,
            path,
        })
    }

    /// Waits until no other command fetches this layer; then the caller looks again whether it is held.
    pub fn claim_layer(&self, id: &DiffId) -> anyhow::Result<LayerClaim> {
        let path = format!("claims/{}", id.hex());
        let lock = lock_removable(&self.dir, &path)?;
        Ok(LayerClaim {
            dir: self.dir.clone(),
            path,
            lock,
        })
    }
    /// As [`Store::claim_layer`], without waiting: `None` while another command fetches this layer.
    pub fn try_claim_layer(&self, id: &DiffId) -> anyhow::Result<Option<LayerClaim>> {
        let path = format!("claims/{}", id.hex());
        // Where its last holder has removed the file meanwhile, the next attempt makes a new one.
        let lock = try_lock_removable(&self.dir, &path, self.dir.open_lock(&path)?)?;
        Ok(lock.map(|lock| LayerClaim {
            dir: self.dir.clone(),
            path,
            lock,
        }))
    }
}
