//! `--userns keep-id`: the user has the same id in the container as on the host. So files in bind mounts belong to the
//! user on both sides.
//!
//! For root, all ids stay the same. An ordinary user is root in lamel's own user namespace; there this one id is moved,
//! and the others stay in order around it, as podman maps them.

use crate::sys::ids::id_maps::{IdMaps, IdRun};
use anyhow::{Result, bail, ensure};

/// The oldest kernel that takes an ordinary user's metacopy layers (overlayfs.rst, "Data-only lower layers").
const KERNEL: (u32, u32) = (6, 16);

/// The container's user and its id maps, for an ordinary user with the id maps `own`. `uid`, `gid`: given ids in the
/// place of the user's own.
pub fn of_user(own: &IdMaps, uid: Option<u32>, gid: Option<u32>) -> Result<((u32, u32), IdMaps)> {
    let (own_uid, own_gid) = own.outside(0, 0).unwrap_or_default();
    let user = (uid.unwrap_or(own_uid), gid.unwrap_or(own_gid));
    let maps = IdMaps {
        uids: around(user.0, &own.uids),
        gids: around(user.1, &own.gids),
    };
    ensure!(
        maps.outside(0, 0).is_some(),
        "--userns keep-id needs subordinate ids for the container's root: \
         'usermod --add-subuids 100000-165535 --add-subgids 100000-165535 USER' as root adds them"
    );
    Ok((user, maps))
}

/// A map of all of lamel's ids. The first is the user's, and becomes `kept`.
fn around(kept: u32, own: &[IdRun]) -> Vec<IdRun> {
    let others = own.iter().map(|run| run.count).sum::<u32>().saturating_sub(1);
    let below = kept.min(others);
    let run = |inside, outside, count| IdRun { inside, outside, count };
    let runs = [
        run(0, 1, below),
        run(kept, 0, 1),
        run(kept.saturating_add(1), below + 1, others - below),
    ];
    runs.into_iter().filter(|run| run.count > 0).collect()
}

/// An error where the kernel is too old to show layers with other owners to an ordinary user.
pub fn check_kernel(release: &str) -> Result<()> {
    let mut numbers = release
        .split(['.', '-'])
        .map(|number| number.parse::<u32>().unwrap_or(0));
    let version = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    if version < KERNEL {
        bail!(
            "--userns keep-id needs Linux {}.{} or later, or root: before, only root can show an image's files as another's without a copy; \
             this is {release}",
            KERNEL.0,
            KERNEL.1
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(count: u32) -> IdMaps {
        let run = |outside, inside, count| IdRun { inside, outside, count };
        let all = [run(1001, 0, 1), run(100_000, 1, count)];
        let runs: Vec<_> = all.into_iter().filter(|run| run.count > 0).collect();
        IdMaps {
            uids: runs.clone(),
            gids: runs,
        }
    }

    fn shown(runs: &[IdRun]) -> Vec<String> {
        runs.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_others_stay_around_the_users_own() {
        let (user, maps) = of_user(&own(65536), None, Some(5)).unwrap();
        assert_eq!(user, (1001, 5));
        assert_eq!(shown(&maps.uids), ["0:1:1001", "1001:0:1", "1002:1002:64535"]);
        assert_eq!(shown(&maps.gids), ["0:1:5", "5:0:1", "6:6:65531"]);
        maps.check().unwrap();
        let (_, maps) = of_user(&own(100), None, None).unwrap();
        assert_eq!(shown(&maps.uids), ["0:1:100", "1001:0:1"]);
        let (_, maps) = of_user(&own(100), Some(0), None).unwrap();
        assert_eq!(shown(&maps.uids), ["0:0:1", "1:1:100"]);
        let error = of_user(&own(0), None, None).unwrap_err().to_string();
        assert!(error.starts_with("--userns keep-id needs subordinate ids"));
    }

    #[test]
    fn the_kernel_must_be_new_enough() {
        for release in ["6.16.0", "6.18.44-fc", "7.0-rc1"] {
            check_kernel(release).unwrap();
        }
        for release in ["6.1.0-40-amd64", "5.19.17", "6.15.11"] {
            assert!(check_kernel(release).unwrap_err().to_string().ends_with(release));
        }
    }
}
