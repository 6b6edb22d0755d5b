//! Volumes: directories of the store's that containers mount, and that outlive them.
//!
//! A volume is kept by the containers whose configuration names it. Both are made under one `use` lock, and a volume is
//! removed under the `sweep` lock after all containers were looked at, so none is ever taken from under one that is being made.
//! An empty volume is filled from the image when a container first mounts it ([`super::volume_fill`]).

use super::create::Options;
use super::mounts::{Mounts, VolumeMount};
use super::{Config, Container, Users, names, volume_fill};
use crate::oci::RunConfig;
use crate::runtime::{Mount, MountKind};
use crate::store::{Store, UseLock, VolumeRecord};
use crate::sys::userns::Mapping;
use anyhow::{Context, Error, Result, bail};
use chrono::{SecondsFormat, Utc};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Makes a volume, synced; without a name an anonymous one. An existing one stays as it is. Returns its name.
pub fn create(store: &Store, name: Option<String>, labels: BTreeMap<String, String>) -> Result<String> {
    let record = VolumeRecord {
        anonymous: name.is_none(),
        name: name.map_or_else(names::new_id, Ok)?,
        created: now(),
        labels,
    };
    store.create_volume(&store.lock_use()?, &record, true)?;
    Ok(record.name)
}

/// The containers that use each volume, by its name.
pub fn used(store: &Store) -> Result<Users> {
    /// As much of a volume as another version's records have, too.
    #[derive(Deserialize)]
    struct Named {
        name: String,
    }
    Users::read(store, |record| {
        let volumes: Vec<Named> = Config::part(record, "volumes")?.unwrap_or_default();
        Ok(volumes.into_iter().map(|volume| volume.name).collect())
    })
}

/// Removes a volume that no container uses. Returns the bytes that came back.
pub fn remove(store: &Store, name: &str) -> Result<u64> {
    let lock = store.lock_sweep()?;
    if store.volume(name)?.is_none() {
        bail!("no such volume: {name}");
    }
    let used = used(store)?;
    let users: Vec<_> = used.of(name).iter().map(|user| user.id.as_str()).collect();
    if !users.is_empty() {
        bail!("remove {name}: volume is in use - [{}]", users.join(", "));
    }
    used.check().with_context(|| format!("volume {name}"))?;
    store.remove_volume(lock, name)
}

/// Removes the volumes that no container uses and that `wanted` keeps in; returns their names, and the bytes that came
/// back. Where it is not known what a container uses, none is removed, and `kept` hears why.
pub fn prune(
    store: &Store,
    wanted: &dyn Fn(&VolumeRecord) -> bool,
    kept: &mut dyn FnMut(Error),
) -> Result<(Vec<String>, u64)> {
    let (mut gone, mut freed) = (Vec::new(), 0);
    for name in unused(store, wanted, &[], kept)? {
        // One that came into use meanwhile stays.
        if let Ok(bytes) = remove(store, &name) {
            freed += bytes;
            gone.push(name);
        }
    }
    Ok((gone, freed))
}

/// What [`prune`] would remove and give back, were the containers with the IDs `without` gone.
pub fn rehearse_prune(
    store: &Store,
    wanted: &dyn Fn(&VolumeRecord) -> bool,
    without: &[String],
    kept: &mut dyn FnMut(Error),
) -> Result<(Vec<String>, u64)> {
    let names = unused(store, wanted, without, kept)?;
    let sizes = names.iter().map(|name| store.volume_disk(name));
    let freed = sizes.sum::<Result<u64>>()?;
    Ok((names, freed))
}

fn unused(
    store: &Store,
    wanted: &dyn Fn(&VolumeRecord) -> bool,
    without: &[String],
    kept: &mut dyn FnMut(Error),
) -> Result<Vec<String>> {
    let used = used(store)?;
    if used.check().is_err() {
        used.tell(&mut |error| kept(error.context("no volume is removed, since any may be in use")));
        return Ok(Vec::new());
    }
    let is_used = |name: &str| used.of(name).iter().any(|user| !without.contains(&user.id));
    let records = store.volumes()?.into_iter();
    let unused = records.filter(|record| !is_used(&record.name) && wanted(record));
    Ok(unused.map(|record| record.name).collect())
}

/// Removes the anonymous volumes of a container that is gone, but for those that another uses, or may use. Returns the
/// bytes that came back.
pub fn remove_own(store: &Store, config: &Config) -> Result<u64> {
    let mut freed = 0;
    for volume in &config.host.volumes {
        let Some(record) = store.volume(&volume.name)? else {
            continue;
        };
        if !record.anonymous {
            continue;
        }
        let lock = store.lock_sweep()?;
        if !used(store)?.may_use(&record.name) {
            let removed = store.remove_volume(lock, &record.name);
            freed += removed.with_context(|| format!("volume {}", record.name))?;
        }
    }
    Ok(freed)
}

/// Adds what other containers mount and what the image declares, and names what has no name. What is given goes before what is
/// taken from others, and that before the image's.
pub(super) fn complete(store: &Store, options: &mut Options, image: &RunConfig) -> Result<()> {
    let mounts = &mut options.mounts;
    for bind in mounts.binds.iter().filter(|bind| bind.must_exist) {
        if !bind.source.exists() {
            bail!("bind source path does not exist: {}", bind.source.display());
        }
    }
    for text in &options.volumes_from {
        take(store, text, mounts)?;
    }
    for place in image.volumes.iter().flat_map(BTreeMap::keys) {
        // Of the image's, what is no place to mount on is nothing.
        let Ok(volume) = place.parse::<VolumeMount>() else {
            continue;
        };
        if volume.name.is_empty() && !is_taken(mounts, &volume.destination) {
            mounts.volumes.push(volume);
        }
    }
    for volume in &mut mounts.volumes {
        if volume.name.is_empty() {
            (volume.name, volume.anonymous) = (names::new_id()?, true);
        }
    }
    Ok(())
}

/// `--volumes-from NAME[:ro|rw]`
fn take(store: &Store, text: &str, mounts: &mut Mounts) -> Result<()> {
    let (name, read_only) = match text.rsplit_once(':') {
        Some((name, "ro")) => (name, true),
        Some((name, "rw" | "z" | "Z")) => (name, false),
        Some((_, mode)) => bail!("invalid --volumes-from {text:?}: unknown mode {mode:?}"),
        None => (text, false),
    };
    let host = Container::find(store, name)?.config.host;
    for mut bind in host.binds {
        if !is_taken(mounts, &bind.destination) {
            bind.read_only |= read_only;
            mounts.binds.push(bind);
        }
    }
    for mut volume in host.volumes {
        if !is_taken(mounts, &volume.destination) {
            volume.read_only |= read_only;
            mounts.volumes.push(volume);
        }
    }
    Ok(())
}

fn is_taken(mounts: &Mounts, place: &Path) -> bool {
    mounts.destinations().any(|taken| taken == place)
}

/// Makes those of a new container's volumes that are not there.
pub(super) fn make(store: &Store, lock: &UseLock, volumes: &[VolumeMount]) -> Result<()> {
    for volume in volumes {
        let record = VolumeRecord {
            name: volume.name.clone(),
            created: now(),
            labels: BTreeMap::new(),
            anonymous: volume.anonymous,
        };
        store.create_volume(lock, &record, false)?;
    }
    Ok(())
}

/// The mounts of a container's volumes, each filled from its root at `rootfs` where it is empty.
pub(super) fn prepare(store: &Store, volumes: &[VolumeMount], rootfs: &Path, mapping: Mapping) -> Result<Vec<Mount>> {
    let mut seen = BTreeSet::new();
    let mut mounts = Vec::new();
    for volume in volumes {
        let source: PathBuf = store.volume_data(&volume.name);
        let lock = store.lock_volume(&volume.name)?;
        if !volume.no_copy && seen.insert(&volume.name) {
            volume_fill::fill(rootfs, &volume.destination, &source, mapping)
                .with_context(|| format!("filling volume {} from the image", volume.name))?;
        }
        drop(lock);
        mounts.push(Mount {
            kind: MountKind::Bind {
                source,
                recursive: true,
                propagation: None,
                map_ids: true,
            },
            destination: volume.destination.clone(),
            read_only: volume.read_only,
            options: volume.flags.clone(),
        });
    }
    Ok(mounts)
}

fn now() -> String {
    Utc::now().to_rfc3339_opts(SecondsFormat::Secs, true)
}
