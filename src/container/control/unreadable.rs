//! Removing containers whose record cannot be read. All that is known of one is its ID, its directory, and its journal.

use crate::container::config::Config;
use crate::container::control::{remove, stop};
use crate::container::network::addresses;
use crate::container::processes::orphans;
use crate::container::state::journal;
use crate::container::state::journal::JournalReader;
use crate::container::state::lock;
use crate::store::Store;
use anyhow::{Context, Result, bail};
use std::path::PathBuf;

/// A container whose record cannot be read.
#[derive(Debug)]
pub struct Unreadable {
    id: String,
    dir: PathBuf,
}

impl Unreadable {
    /// Finds such a container by name, ID or ID prefix; `None` where its record can be read, or where there is none.
    pub fn find(store: &Store, name: &str) -> Result<Option<Unreadable>> {
        let Some(id) = store.container_id(name)? else {
            return Ok(None);
        };
        if let Ok(Some(record)) = store.find_container(&id)
            && Config::from_record(&record).is_ok()
        {
            return Ok(None);
        }
        let dir = store.container_dir(&id);
        Ok(Some(Unreadable { id, dir }))
    }

    /// Kills its processes. Called in the host's user namespace.
    pub fn kill(&self) -> Result<()> {
        let short = &self.id[..12];
        if let Some(watch) = JournalReader::open(&self.dir)? {
            stop::kill_and_wait(&self.dir, &watch, short)?;
        }
        // It may have shared the host's PID namespace, so the kernel may not have ended all of them.
        orphans::end(&self.id).with_context(|| format!("container {short}"))
    }

    /// Removes it with its writable layer; its volumes stay. Returns the bytes that were freed. Called inside the user
    /// namespace that its files were made in.
    pub fn remove(&self, store: &Store) -> Result<u64> {
        let short = &self.id[..12];
        let _lock = match lock::lock(&self.dir) {
            Err(_) if !self.dir.exists() => return Ok(0),
            lock => lock?,
        };
        if journal::state(&self.dir)?.is_active() {
            bail!("container {short} is running");
        }
        addresses::leave_all_of(store, &self.id).with_context(|| format!("container {short}"))?;
        let run_dir = store.run_root().join("containers").join(&self.id);
        remove::clear_run_dir(&run_dir).with_context(|| format!("container {short}"))?;
        store.remove_unreadable_container(&self.id)
    }
}
