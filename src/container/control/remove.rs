//! Removing containers. Called inside the user namespace that their files were made in, after their processes were
//! killed from outside ([`crate::container::control::stop`]).

use crate::container::Container;
use crate::container::network::addresses;
use crate::container::processes::orphans;
use crate::container::state::lock;
use crate::runtime::create::container;
use crate::store::Store;
use crate::store::files::disk_usage::disk_usage;
use crate::store::objects::records::ContainerRecord;
use anyhow::{Context, Error, Result, bail};
use std::fs;
use std::path::Path;

/// Removes a container that does not run, with its writable layer. Returns the bytes that were freed. Takes the
/// container's lock.
pub fn remove(store: &Store, container: &Container) -> Result<u64> {
    let name = &container.record.name;
    let _lock = match lock::lock(&container.dir) {
        // It has removed itself (`--rm`), or another command did.
        Err(_) if !container.dir.exists() => return Ok(0),
        lock => lock?,
    };
    if container.state()?.is_active() {
        bail!("container {name} is running: stop it first, or use rm -f");
    }
    // From here on: what a killed supervisor left.
    if !container.has_own_pids() {
        orphans::end(&container.record.id).with_context(|| format!("container {name}: 'stop' it first"))?;
    }
    addresses::leave(store, container).with_context(|| format!("container {name}"))?;
    clear_run_dir(&container.run_dir(store)).with_context(|| format!("container {name}"))?;
    store.remove_container(&container.record)
}

/// Removes the run directory of a container that does not run, if there is one.
pub fn clear_run_dir(run_dir: &Path) -> Result<()> {
    if !run_dir.exists() {
        return Ok(());
    }
    container::delete(run_dir)?;
    fs::remove_dir_all(run_dir).with_context(|| run_dir.display().to_string())
}

/// Removes all containers that do not run and that `wanted` accepts. Returns them, each with the bytes that were freed;
/// with `dry_run`, that would be freed. A failure does not end it: `failed` is called with the error. A container whose
/// record cannot be read stays: `left_out` is called with the reason.
pub fn prune_stopped(
    store: &Store,
    wanted: &dyn Fn(&Container) -> bool,
    dry_run: bool,
    left_out: &mut dyn FnMut(Error),
    failed: &mut dyn FnMut(Error),
) -> Result<Vec<(ContainerRecord, u64)>> {
    let mut removed = Vec::new();
    for (id, record) in store.each_container()? {
        let container = match record.and_then(|record| Container::from_record(store, record)) {
            Ok(container) => container,
            Err(error) => {
                left_out(error);
                continue;
            }
        };
        // The sweep lock is held for a moment, so that a container that `run` is just making is either claimed or not
        // there yet.
        let goes = || -> Result<bool> {
            let _lock = store.lock_sweep()?;
            Ok(wanted(&container) && !container.state()?.is_active())
        };
        let freed = goes().and_then(|goes| match (goes, dry_run) {
            (false, _) => Ok(None),
            (true, true) => disk_usage(&container.dir).map(Some),
            (true, false) => remove(store, &container).map(Some),
        });
        match freed {
            Ok(Some(freed)) => removed.push((container.record, freed)),
            Ok(None) => {}
            Err(error) => failed(error.context(format!("container {}", &id[..12]))),
        }
    }
    Ok(removed)
}
