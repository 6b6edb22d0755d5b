//! The store's two locks, as values to be passed along.

use crate::store::Store;
use crate::store::remove::removal::Taken;
use crate::store::remove::sweep::Usage;
use crate::sys::files::lock::Lock;
use anyhow::Context;
use std::cell::RefCell;
use std::collections::HashSet;

/// Held (shared) while layers are published or picked. Never across a network read, an unpack or a container's life.
pub struct UseLock(#[expect(dead_code, reason = "held, not read")] Lock);

/// Held (exclusive) while a removal marks and renames. Never while unlinking. No [`UseLock`] and no lease can be
/// taken by the same process meanwhile: it would wait for itself.
pub struct SweepLock {
    lock: Lock,
    /// What uses what, counted once: under this lock only its holder changes it.
    pub usage: RefCell<Option<Usage>>,
    pub taken: Taken,
}

impl SweepLock {
    /// Lets others go on; what was taken is left.
    pub fn release(self) -> Taken {
        drop(self.lock);
        self.taken
    }
}

impl Store {
    /// Waits while a removal is marking.
    pub fn lock_use(&self) -> anyhow::Result<UseLock> {
        let file = self.dir.open_lock("lock")?;
        Ok(UseLock(Lock::shared(file).context("waiting for the store's lock")?))
    }

    /// Waits until nobody publishes or picks.
    pub fn lock_sweep(&self) -> anyhow::Result<SweepLock> {
        self.lock_to_take(Taken::default())
    }

    /// As [`Store::lock_sweep`], for a removal that only tells what would go, once the `containers` with these IDs are
    /// gone.
    pub fn rehearse_sweep(&self, containers: HashSet<String>) -> anyhow::Result<SweepLock> {
        self.lock_to_take(Taken::in_rehearsal(containers))
    }

    fn lock_to_take(&self, taken: Taken) -> anyhow::Result<SweepLock> {
        let file = self.dir.open_lock("lock")?;
        Ok(SweepLock {
            lock: Lock::exclusive(file).context("waiting for the store's lock")?,
            usage: RefCell::new(None),
            taken,
        })
    }
}
