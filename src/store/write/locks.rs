//! The store's lock, shared or exclusive, as values to be passed along. The order of all locks is in [`crate::store`].

use crate::store::Store;
use crate::sys::files::lock::Lock;
use anyhow::Context;

/// The shared lock, held while something is published or while layers are chosen for use. Never held across a network
/// read, an unpack or a container's life.
pub struct UseLock(#[expect(dead_code, reason = "held, not read")] Lock);

/// The exclusive lock, held while a removal marks and renames. Never held while the trash is emptied. Meanwhile the
/// same process can take no [`UseLock`] and no lease: it would wait for itself.
pub struct SweepLock(#[expect(dead_code, reason = "held, not read")] Lock);

impl Store {
    /// Waits while another command holds the [`SweepLock`].
    pub fn lock_use(&self) -> anyhow::Result<UseLock> {
        let file = self.dir.open_lock("lock")?;
        Ok(UseLock(Lock::shared(file).context("waiting for the store's lock")?))
    }

    /// Waits until nobody else holds either lock.
    pub fn lock_sweep(&self) -> anyhow::Result<SweepLock> {
        let file = self.dir.open_lock("lock")?;
        Ok(SweepLock(
            Lock::exclusive(file).context("waiting for the store's lock")?,
        ))
    }
}
