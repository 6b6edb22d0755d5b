//! Volumes: directories in the store that containers mount, and that outlive the containers.
//!
//! A container whose configuration names a volume keeps it. Both are made under one `use` lock, and a volume is removed
//! under the `sweep` lock after all containers were read. So no volume of a container that is just being made is
//! removed. An empty volume is filled from the image when a container first mounts it
//! ([`crate::container::volume::fill`]).

pub mod fill;

use crate::container::Container;
use crate::container::config::Config;
use crate::container::config::names;
use crate::container::config::storage::mounts::{Mounts, VolumeMount};
use crate::container::config::users::Users;
use crate::runtime::model::mount::{Mount, MountKind};
use crate::store::Store;
use crate::store::objects::volumes::VolumeRecord;
use crate::store::write::locks::UseLock;
use crate::sys::userns::enter::Mapping;
use anyhow::{Context, Error, Result, bail};
use chrono::{SecondsFormat, Utc};
use oci_spec::image::Config as Process;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};

/// Makes a volume; synced. Without a name, it is anonymous and gets a random one. An existing volume stays as it is.
/// Returns the name.
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
    /// The one field of a volume that the records of all versions have.
    #[derive(Deserialize)]
    struct Named {
        name: String,
    }
    Users::read(store, |record| {
        let volumes: Vec<Named> = Config::part(record, "volumes")?.unwrap_or_default();
        Ok(volumes.into_iter().map(|volume| volume.name).collect())
    })
}

/// Removes a volume that no container uses. Returns the bytes that were freed.
pub fn remove(store: &Store, name: &str) -> Result<u64> {
    let lock = store.lock_sweep()?;
    if store.volume(name)?.is_none() {
        bail!("no such volume: {name}");
    }
    let used = used(store)?;
    let users: Vec<_> = used.users_of(name).iter().map(|user| user.id.as_str()).collect();
    if !users.is_empty() {
        bail!("remove {name}: volume is in use - [{}]", users.join(", "));
    }
    used.check().with_context(|| format!("volume {name}"))?;
    store.remove_volumes(lock, &[name]).sum()
}

/// Removes the volumes that no container uses and that `wanted` accepts. Returns their names, and the bytes that were
/// freed. If a container's record cannot be read, it may use any volume: then none is removed, and `kept` is called
/// with the reason.
pub fn prune(
    store: &Store,
    wanted: &dyn Fn(&VolumeRecord) -> bool,
    kept: &mut dyn FnMut(Error),
) -> Result<(Vec<String>, u64)> {
    let lock = store.lock_sweep()?;
    let names = unused(store, wanted, &[], kept)?;
    let (mut gone, mut freed) = (Vec::new(), 0);
    // A volume that cannot be removed stays; the others are removed.
    for (name, bytes) in names.iter().zip(store.remove_volumes(lock, &names)) {
        if let Ok(bytes) = bytes {
            freed += bytes;
            gone.push(name.clone());
        }
    }
    Ok((gone, freed))
}

/// What [`prune`] would remove and free if the containers with the IDs `without` were gone.
pub fn prune_dry_run(
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
    let is_used = |name: &str| used.users_of(name).iter().any(|user| !without.contains(&user.id));
    let records = store.volumes()?.into_iter();
    let unused = records.filter(|record| !is_used(&record.name) && wanted(record));
    Ok(unused.map(|record| record.name).collect())
}

/// Removes the anonymous volumes of a removed container, except those that another container uses, or may use. Returns
/// the bytes that were freed.
pub fn remove_own(store: &Store, config: &Config) -> Result<u64> {
    let mut names = Vec::new();
    for volume in &config.host.volumes {
        if store.volume(&volume.name)?.is_some_and(|record| record.anonymous) {
            names.push(&volume.name);
        }
    }
    if names.is_empty() {
        return Ok(0);
    }
    let lock = store.lock_sweep()?;
    // All containers are read once, however many volumes there are.
    let used = used(store)?;
    names.retain(|name| !used.may_use(name));
    let (mut freed, mut result) = (0, Ok(()));
    for (name, bytes) in names.iter().zip(store.remove_volumes(lock, &names)) {
        match bytes.with_context(|| format!("volume {name}")) {
            Ok(bytes) => freed += bytes,
            Err(error) => result = result.and(Err(error)),
        }
    }
    result.map(|()| freed)
}

/// Completes the mounts of a new container: adds those of the containers `volumes_from`, then the volumes that the
/// image declares, each unless something is mounted there already, and gives anonymous volumes their names.
pub fn complete(store: &Store, mounts: &mut Mounts, volumes_from: &[String], image: &Process) -> Result<()> {
    for bind in mounts.binds.iter().filter(|bind| bind.must_exist) {
        if !bind.source.exists() {
            bail!("bind source path does not exist: {}", bind.source.display());
        }
    }
    for text in volumes_from {
        take(store, text, mounts)?;
    }
    let mut taken = taken(mounts);
    for place in image.volumes().iter().flatten() {
        // A volume of the image with an invalid destination is ignored.
        let Ok(volume) = place.parse::<VolumeMount>() else {
            continue;
        };
        if volume.name.is_empty() && taken.insert(volume.destination.clone()) {
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
    let mut taken = taken(mounts);
    for mut bind in host.binds {
        if taken.insert(bind.destination.clone()) {
            bind.read_only |= read_only;
            mounts.binds.push(bind);
        }
    }
    for mut volume in host.volumes {
        if taken.insert(volume.destination.clone()) {
            volume.read_only |= read_only;
            mounts.volumes.push(volume);
        }
    }
    Ok(())
}

/// The destinations that are taken, as a set: an image may declare a hundred thousand volumes.
fn taken(mounts: &Mounts) -> HashSet<PathBuf> {
    mounts.destinations().map(Path::to_owned).collect()
}

/// Makes the volumes of a new container that do not exist.
pub fn make(store: &Store, lock: &UseLock, volumes: &[VolumeMount]) -> Result<()> {
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

/// The mounts of a container's volumes. An empty volume is filled from the container's root at `rootfs`.
pub fn prepare(store: &Store, volumes: &[VolumeMount], rootfs: &Path, mapping: Mapping) -> Result<Vec<Mount>> {
    let mut seen = BTreeSet::new();
    let mut mounts = Vec::new();
    for volume in volumes {
        let source: PathBuf = store.volume_data(&volume.name);
        let lock = store.lock_volume(&volume.name)?;
        if !volume.no_copy && seen.insert(&volume.name) {
            fill::fill(rootfs, &volume.destination, &source, mapping)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::container::config::tests::plain;
    use crate::oci::digest::{Digest, ImageId};
    use crate::store::location::Location;
    use crate::store::objects::records::ContainerRecord;
    use serde_json::json;

    fn store(dir: &Path) -> Store {
        let (root, run) = (dir.join("store"), dir.join("run"));
        Store::open(&Location { root, run }).unwrap()
    }

    /// If each one were looked for among those before it, this would not end within the suite.
    #[test]
    fn two_hundred_thousand_volumes_of_an_image_are_taken() {
        let dir = tempfile::tempdir().unwrap();
        let mut image = Process::default();
        image.set_volumes(Some((0..200_000).map(|n| format!("/v/{n}")).collect()));
        let mut mounts = Mounts::default();
        mounts.volume("mine:/v/7").unwrap();
        complete(&store(dir.path()), &mut mounts, &[], &image).unwrap();
        assert_eq!(mounts.volumes.len(), 200_000);
        assert_eq!(mounts.volumes[0].name, "mine");
        assert!(mounts.volumes[1..].iter().all(|volume| volume.anonymous));
    }

    /// If all containers were looked at again for each volume, this would not end within the suite: one of them has a
    /// long record.
    #[test]
    fn a_thousand_volumes_go_at_once() {
        let dir = tempfile::tempdir().unwrap();
        let store = store(dir.path());
        let lock = store.lock_use().unwrap();
        let mut config = plain();
        for n in 0..1_000 {
            let mut volume: VolumeMount = format!("v{n}:/v/{n}").parse().unwrap();
            volume.anonymous = n != 3;
            config.host.volumes.push(volume);
        }
        make(&store, &lock, &config.host.volumes).unwrap();
        let record = ContainerRecord {
            id: "1".repeat(64),
            name: "other".into(),
            image: ImageId(Digest::of(b"")),
            image_name: String::new(),
            layers: Vec::new(),
            created: String::new(),
            config: json!({
                "host": { "volumes": [{ "name": "v5" }] },
                "env": (0..400_000).map(|n| n.to_string()).collect::<Vec<_>>(),
            }),
        };
        store.create_container(&lock, &record, false).unwrap();
        drop(lock);
        remove_own(&store, &config).unwrap();
        let left = |store: &Store| -> Vec<String> {
            let volumes = store.volumes().unwrap().into_iter();
            volumes.map(|volume| volume.name).collect()
        };
        // One has a name that was given, and one is in use.
        assert_eq!(left(&store), ["v3", "v5"]);
        make(&store, &store.lock_use().unwrap(), &config.host.volumes).unwrap();
        let (gone, _) = prune(&store, &|_| true, &mut |error| panic!("{error:#}")).unwrap();
        assert_eq!((gone.len(), left(&store)), (999, vec!["v5".to_owned()]));
    }
}
