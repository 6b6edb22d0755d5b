//! Removing containers. Called inside the user namespace that their files were made in, after whatever ran was killed
//! from outside ([`super::stop`]).

use super::network::place;
use super::{Container, life, strays};
use crate::runtime;
use crate::store::{ContainerRecord, Store, disk_usage};
use anyhow::{Context, Result, bail};
use chrono::{DateTime, Utc};
use std::fs;

/// Removes a container that does not run, with its writable layer. Returns the bytes that came back.
pub fn remove(store: &Store, container: &Container) -> Result<u64> {
    let name = &container.record.name;
    let _lock = match life::lock(&container.dir) {
        // Removed by itself (`--rm`) or by another command.
        Err(_) if !container.dir.exists() => return Ok(0),
        lock => lock?,
    };
    if container.state()?.is_active() {
        bail!("container {name} is running: stop it first, or use rm -f");
    }
    // What a killed supervisor left.
    if !container.has_own_pids() {
        strays::end(&container.record.id).with_context(|| format!("container {name}: 'stop' it first"))?;
    }
    place::leave(store, container).with_context(|| format!("container {name}"))?;
    let run_dir = container.run_dir(store);
    if run_dir.exists() {
        runtime::delete(&run_dir).with_context(|| format!("container {name}"))?;
        fs::remove_dir_all(&run_dir).with_context(|| run_dir.display().to_string())?;
    }
    store.remove_container(&container.record)
}

/// Removes all containers that do not run and that `wanted` keeps in; returns them, each with the bytes that came back.
/// `dry_run`: that would come back, and nothing is removed. Goes on after a failure, which `failed` hears.
pub fn prune_stopped(
    store: &Store,
    wanted: &dyn Fn(&Container) -> bool,
    dry_run: bool,
    failed: &mut dyn FnMut(anyhow::Error),
) -> Result<Vec<(ContainerRecord, u64)>> {
    let mut removed = Vec::new();
    for record in store.containers()? {
        let id = record.id.clone();
        // Under the sweep lock for a moment, so that one that is just being made is claimed or not there yet.
        let idle = || -> Result<Option<Container>> {
            let _lock = store.lock_sweep()?;
            let container = Container::of(store, record)?;
            let goes = wanted(&container) && !container.state()?.is_active();
            Ok(goes.then_some(container))
        };
        let pruned = idle().and_then(|container| match container {
            Some(container) => {
                let freed = match dry_run {
                    true => disk_usage(&container.dir)?,
                    false => remove(store, &container)?,
                };
                Ok(Some((container.record, freed)))
            }
            None => Ok(None),
        });
        match pruned {
            Ok(record) => removed.extend(record),
            Err(error) => failed(error.context(format!("container {}", &id[..12]))),
        }
    }
    Ok(removed)
}

/// When the container was made, where the record says so.
pub fn created(record: &ContainerRecord) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(&record.created).ok().map(|at| at.to_utc())
}
