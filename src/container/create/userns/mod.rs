//! Choosing a new container's ids for `--userns` (podman-run(1)). A container of an ordinary user can only have the ids
//! that lamel itself has in its user namespace.
//!
//! The ids of `auto` are chosen when the container is made, and recorded. It has the same ids at each start, and no
//! other container of the store gets them until it is removed.

pub mod free;
pub mod keep_id;

use crate::container::config::Config;
use crate::container::config::isolation::userns::{Userns, UsernsMode};

use crate::store::Store;
use crate::sys::files::lock::Lock;
use crate::sys::ids::id_maps::IdMaps;
use crate::sys::mount::overlay::Flavour;
use anyhow::{Result, bail, ensure};

/// The container's user by `keep-id`; `None` for other modes, an error where the kernel cannot do it.
pub fn kept(store: &Store, mode: &UsernsMode) -> Result<Option<(u32, u32)>> {
    let UsernsMode::KeepId { uid, gid } = *mode else {
        return Ok(None);
    };
    if is_roots(store) {
        return Ok(Some((uid.unwrap_or(0), gid.unwrap_or(0))));
    }
    keep_id::check_kernel(&rustix::system::uname().release().to_string_lossy())?;
    Ok(Some(keep_id::of_user(&IdMaps::of_process("self")?, uid, gid)?.0))
}

/// Whether lamel is the host's root.
fn is_roots(store: &Store) -> bool {
    store.flavour() == Flavour::Trusted
}

/// An error for options that exclude each other.
pub fn check(store: &Store, mode: &UsernsMode, config: &Config) -> Result<()> {
    if *mode == UsernsMode::Host {
        let mapped = config.host.binds.iter().find(|bind| bind.map_ids);
        return match mapped {
            Some(bind) => bail!(
                "the volume option idmap is for a container with a user namespace of its own (--userns): {}",
                bind.source.display()
            ),
            None => Ok(()),
        };
    }
    if !is_roots(store) {
        ensure!(
            config.host.rootfs.is_none(),
            "--userns keep-id and --rootfs cannot be used together by an ordinary user"
        );
        ensure!(
            config.host.binds.iter().all(|bind| !bind.map_ids),
            "the volume option idmap needs root"
        );
    }
    // The kernel lets a process join a namespace only with capabilities in the user namespace that owns it.
    if config.shares_with().next().is_some() {
        bail!("a container with a user namespace of its own (--userns) cannot share another's namespaces");
    }
    Ok(())
}

/// The ids of a new container, and the lock that must be held until the container is recorded, so that no other one
/// gets them.
pub fn choose(store: &Store, mode: &UsernsMode) -> Result<(Option<Userns>, Option<Lock>)> {
    let maps = match mode {
        UsernsMode::Host => return Ok((None, None)),
        UsernsMode::KeepId { .. } if is_roots(store) => IdMaps::identity(),
        UsernsMode::KeepId { uid, gid } => keep_id::of_user(&IdMaps::of_process("self")?, *uid, *gid)?.1,
        UsernsMode::Maps(maps) => maps.clone(),
        UsernsMode::Auto(auto) => {
            let lock = store.lock_ids()?;
            let maps = free::choose(store, auto)?;
            return Ok((Some(Userns { maps }), Some(lock)));
        }
    };
    Ok((Some(Userns { maps }), None))
}
