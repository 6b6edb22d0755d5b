//! The store's two locks, as values to be passed along.

use super::Store;
use super::sweep::Usage;
use crate::sys::lock::Lock;
use anyhow::Context;
use std::cell::RefCell;

/// Held (shared) while layers are published or picked. Never across a network read, an unpack or a container's life.
pub struct UseLock(#[expect(dead_code, reason = "held, not read")] Lock);

/// Held (exclusive) while a removal marks and renames. Never while unlinking. No [`UseLock`] and no lease can be
/// taken by the same process meanwhile: it would wait for itself.
pub struct SweepLock {
    #[expect(dead_code, reason = "held, not read")]
    lock: Lock,
    /// What uses what, counted once: under this lock only its holder changes it.
    pub(super) usage: RefCell<Option<Usage>>,
}

impl Store {
    /// Waits while a removal is marking.
    pub fn lock_use(&self) -> anyhow::Result<UseLock> {
        let file = self.dir.open_lock("lock")?;
        Ok(UseLock(Lock::shared(file).context("waiting for the store's lock")?))
    }

    /// Waits until nobody publishes or picks.
    pub fn lock_sweep(&self) -> anyhow::Result<SweepLock> {
        let file = self.dir.open_lock("lock")?;
        Ok(SweepLock {
            lock: Lock::exclusive(file).context("waiting for the store's lock")?,
            usage: RefCell::new(None),
        })
    }
}
