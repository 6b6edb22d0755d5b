//! Removing containers. Called inside the user namespace that their files were made in, after whatever ran was killed
//! from outside ([`crate::container::control::stop`]).

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

/// Removes a container that does not run, with its writable layer. Returns the bytes that came back.
pub fn remove(store: &Store, container: &Container) -> Result<u64> {
    let name = &container.record.name;
    let _lock = match lock::lock(&container.dir) {
        // Removed by itself (`--rm`) or by another command.
        Err(_) if !container.dir.exists() => return Ok(0),
        lock => lock?,
    };
    if container.state()?.is_active() {
        bail!("container {name} is running: stop it first, or use rm -f");
    }
    // What a killed supervisor left.
    if !container.has_own_pids() {
        orphans::end(&container.record.id).with_context(|| format!("container {name}: 'stop' it first"))?;
    }
    addresses::leave(store, container).with_context(|| format!("container {name}"))?;
    clear_run_dir(&container.run_dir(store)).with_context(|| format!("container {name}"))?;
    store.remove_container(&container.record)
}

/// Removes what a container that does not run left in the run root, if anything.
pub fn clear_run_dir(run_dir: &Path) -> Result<()> {
    if !run_dir.exists() {
        return Ok(());
    }
    container::delete(run_dir)?;
    fs::remove_dir_all(run_dir).with_context(|| run_dir.display().to_string())
}

/// Removes all containers that do not run and that `wanted` keeps in; returns them, each with the bytes that came back.
/// `dry_run`: that would come back, and nothing is removed. Goes on after a failure, which `failed` hears; `left_out`
/// hears of each container that cannot be read, which stays.
pub fn prune_stopped(
    store: &Store,
    wanted: &dyn Fn(&Container) -> bool,
    dry_run: bool,
    left_out: &mut dyn FnMut(Error),
    failed: &mut dyn FnMut(Error),
) -> Result<Vec<(ContainerRecord, u64)>> {
    let mut removed = Vec::new();
    for (id, record) in store.each_container()? {
        let container = match record.and_then(|record| Container::of(store, record)) {
            Ok(container) => container,
            Err(error) => {
                left_out(error);
                continue;
            }
        };
        // Under the sweep lock for a moment, so that one that is just being made is claimed or not there yet.
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
