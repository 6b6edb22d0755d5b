//! Files whose flock says that work is under way: a lease keeps layers from a sweep, a claim keeps two commands from
//! fetching the same layer.

use crate::oci::digest::{DiffId, Digest};
use crate::store::Store;
use crate::store::files::directory::Directory;
use crate::sys::files::lock::Lock;
use crate::sys::files::random_name::random_name;
use anyhow::Context;
use std::collections::HashSet;
use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::fs::MetadataExt;
use std::sync::Arc;

/// Keeps layers that are being fetched or are about to be used from every sweep, until it is dropped. It may name
/// layers that the store does not hold yet.
#[must_use = "a lease that is dropped keeps nothing"]
pub struct Lease {
    dir: Arc<Directory>,
    path: String,
    #[expect(dead_code, reason = "held, not read")]
    lock: Lock,
}

impl Drop for Lease {
    fn drop(&mut self) {
        // A file that cannot be removed is removed by the next sweep, because its lock is free.
        let _ = self.dir.remove_file(&self.path);
    }
}

/// The right to fetch one layer. Other commands that want the same layer wait for it.
#[must_use = "a claim that is dropped is given up"]
pub struct LayerClaim {
    dir: Arc<Directory>,
    path: String,
    #[expect(dead_code, reason = "held, not read")]
    lock: Lock,
}

impl Drop for LayerClaim {
    fn drop(&mut self) {
        // Removed before the lock is free: whoever waits for the lock then sees that the file is gone, and makes a
        // new one.
        let _ = self.dir.remove_file(&self.path);
    }
}

/// Waits for the lock of a file that its holder removes. Makes the file where it is missing.
pub fn lock_removable(dir: &Directory, path: &str) -> anyhow::Result<Lock> {
    loop {
        let lock = Lock::exclusive(dir.open_lock(path)?).with_context(dir.named(path))?;
        if is_at(dir, path, &lock)? {
            return Ok(lock);
        }
    }
}

/// Locks a file that its holder removes, and that was opened at `path`, without waiting. `None` where another has the
/// lock, and where the file has been removed since: somebody else may hold the lock of a new file at `path`.
pub fn try_lock_removable(dir: &Directory, path: &str, file: File) -> anyhow::Result<Option<Lock>> {
    let Some(lock) = Lock::try_exclusive(file).with_context(dir.named(path))? else {
        return Ok(None);
    };
    Ok(is_at(dir, path, &lock)?.then_some(lock))
}

/// Whether the locked file still has this path.
fn is_at(dir: &Directory, path: &str, lock: &Lock) -> anyhow::Result<bool> {
    let locked = lock.file().metadata().with_context(dir.named(path))?.ino();
    Ok(dir.inode(path)? == Some(locked))
}

/// The layers that live leases keep. Calls `take` with the path of each lease whose holder is gone. The caller holds
/// the sweep lock, under which no lease is half written.
pub fn live(dir: &Directory, take: &mut dyn FnMut(&str) -> anyhow::Result<()>) -> anyhow::Result<Vec<DiffId>> {
    let mut layers = Vec::new();
    for name in dir.list("leases")? {
        let path = format!("leases/{name}");
        let Some(mut file) = dir.open_file(&path)? else {
            continue;
        };
        let lock = Lock::try_exclusive(file.try_clone().with_context(dir.named(&path))?);
        if lock.with_context(dir.named(&path))?.is_some() {
            take(&path)?;
            continue;
        }
        layers.extend(read(dir, &path, &mut file)?);
    }
    Ok(layers)
}

/// The layers that any lease names, whether its holder lives or not. Takes no lock.
pub fn all(dir: &Directory) -> anyhow::Result<HashSet<DiffId>> {
    let mut layers = HashSet::new();
    for name in dir.list("leases")? {
        let path = format!("leases/{name}");
        if let Some(mut file) = dir.open_file(&path)? {
            // A lease that is just being written has none of its layers yet.
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

/// Calls `take` with the path of each claim whose holder is gone, while its lock is held.
pub fn reap_claims(dir: &Directory, take: &mut dyn FnMut(&str) -> anyhow::Result<()>) -> anyhow::Result<()> {
    for name in dir.list("claims")? {
        let path = format!("claims/{name}");
        if let Some(file) = dir.open_file(&path)?
            && let Some(_lock) = try_lock_removable(dir, &path, file)?
        {
            take(&path)?;
        }
    }
    Ok(())
}

impl Store {
    /// Keeps `layers` from every sweep until the lease is dropped. Waits while another command holds the sweep lock.
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

    /// Waits until no other command fetches this layer. The caller then looks again whether the store holds it.
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
        // Also `None` where the last holder removes the file just now: the next attempt makes a new one.
        let lock = try_lock_removable(&self.dir, &path, self.dir.open_lock(&path)?)?;
        Ok(lock.map(|lock| LayerClaim {
            dir: self.dir.clone(),
            path,
            lock,
        }))
    }
}
