//! `system reset`: ending all containers, even those whose records cannot be read.

use crate::container::control::stop::{end_of, kill_and_wait};
use crate::container::network::addresses;
use crate::container::processes::orphans;
use crate::container::state::journal::JournalReader;
use crate::runtime::create::container;
use crate::store::Store;
use anyhow::{Context, Result};
use std::fs;

/// Kills all running containers, and the supervisor of one that does not end. Called in the host's user namespace. A
/// failure does not end it: `failed` is called with the error.
pub fn kill_all(store: &Store, failed: &mut dyn FnMut(anyhow::Error)) {
    for id in store.container_ids().unwrap_or_default() {
        let kill = || -> Result<()> {
            let dir = store.container_dir(&id);
            let Some(watch) = JournalReader::open(&dir)? else {
                return Ok(());
            };
            let killed = kill_and_wait(&dir, &watch, &id[..12]);
            match watch.state().supervisor {
                Some(supervisor) if killed.is_err() => {
                    supervisor.signal(libc::SIGKILL)?;
                    end_of(&watch, &id[..12])?;
                }
                _ => killed?,
            }
            orphans::end(&id)
        };
        if let Err(error) = kill().with_context(|| format!("container {}", &id[..12])) {
            failed(error);
        }
    }
}

/// Removes what stopped containers left in the run root. Called inside the user namespace that their files were made
/// in.
pub fn clear_run_root(store: &Store, failed: &mut dyn FnMut(anyhow::Error)) {
    for result in addresses::leave_all(store) {
        let _ = result.map_err(&mut *failed);
    }
    let containers = store.run_root().join("containers");
    for entry in fs::read_dir(&containers).into_iter().flatten().flatten() {
        let dir = entry.path();
        let clear = || -> Result<()> {
            container::delete(&dir)?;
            fs::remove_dir_all(&dir).with_context(|| dir.display().to_string())
        };
        if let Err(error) = clear() {
            failed(error);
        }
    }
    store.clear_listing_cache();
    // Anything else in the run root does not belong to a container.
    for dir in [
        containers,
        store.run_root().join("networks"),
        store.run_root().to_owned(),
    ] {
        let _ = fs::remove_dir(dir);
    }
}
