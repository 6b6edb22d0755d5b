//! `--userns auto`: ids that no other container of the store has, from those that the host grants.

use crate::container::config::Config;
use crate::container::config::isolation::userns::{Auto, Userns};
use crate::store::Store;
use crate::sys::ids::id_maps::{IdMaps, IdRun};
use crate::sys::ids::subordinate;
use crate::sys::ids::subordinate::Range;
use anyhow::{Context, Result, ensure};

/// The user in /etc/subuid and /etc/subgid whose ranges are used, as in podman.
const OWNER: &str = "containers";
/// How many ids a container gets: enough for every user that an image may name. (Podman reads the image's users and
/// takes 1024 at least.)
const SIZE: u32 = 65536;

/// Chooses ids. Called under [`Store::lock_ids`].
pub fn choose(store: &Store, auto: &Auto) -> Result<IdMaps> {
    let mut used = IdMaps {
        uids: auto.uids.clone(),
        gids: auto.gids.clone(),
    };
    for record in store.containers()? {
        let userns: Option<Option<Userns>> = Config::part(&record, "userns")?;
        if let Some(userns) = userns.flatten() {
            used.uids.extend(userns.maps.uids);
            used.gids.extend(userns.maps.gids);
        }
    }
    // A map of all ids (keep-id of root's) does not use any up.
    let of = |file: &str, used: &[IdRun], fixed: &[IdRun]| {
        let granted = subordinate::ranges(file, Some(OWNER), u32::MAX);
        ensure!(
            !granted.is_empty(),
            "--userns auto takes its ids from those of the user {OWNER:?}, who has none in {file}: \
             a line such as {OWNER}:2147483647:2147483648 there and in its twin gives it some"
        );
        let used = used.iter().filter(|run| run.count != u32::MAX);
        let used: Vec<Range> = used
            .map(|run| Range {
                start: run.outside,
                count: run.count,
            })
            .collect();
        fill(auto.size.unwrap_or(SIZE), fixed, without(granted, &used))
            .with_context(|| format!("ids of {OWNER:?} in {file}"))
    };
    let maps = IdMaps {
        uids: of("/etc/subuid", &used.uids, &auto.uids)?,
        gids: of("/etc/subgid", &used.gids, &auto.gids)?,
    };
    maps.check()?;
    Ok(maps)
}

/// `ranges` without `used`.
fn without(ranges: Vec<Range>, used: &[Range]) -> Vec<Range> {
    used.iter().fold(ranges, |ranges, used| {
        let cut = |range: Range| {
            let (start, end) = (u64::from(range.start), u64::from(range.start) + u64::from(range.count));
            let (from, to) = (u64::from(used.start), u64::from(used.start) + u64::from(used.count));
            let part = |start: u64, end: u64| {
                (start < end).then(|| Range {
                    start: start as u32,
                    count: (end - start) as u32,
                })
            };
            [part(start, end.min(from)), part(start.max(to), end)]
                .into_iter()
                .flatten()
        };
        ranges.into_iter().flat_map(cut).collect()
    })
}

/// A map of the ids below `size`: the `fixed` ones, and for the others the free ids in order.
fn fill(size: u32, fixed: &[IdRun], free: Vec<Range>) -> Result<Vec<IdRun>> {
    ensure!(size > 0, "size=0 leaves no id");
    let taken: Vec<Range> = fixed
        .iter()
        .map(|run| Range {
            start: run.inside,
            count: run.count,
        })
        .collect();
    let gaps = without(vec![Range { start: 0, count: size }], &taken);
    let available: u64 = free.iter().map(|range| u64::from(range.count)).sum();
    let needed: u64 = gaps.iter().map(|gap| u64::from(gap.count)).sum();
    ensure!(
        available >= needed,
        "{available} of them are free, and {needed} are needed: --userns auto:size=NUMBER takes fewer"
    );
    let mut map = fixed.to_vec();
    let mut free = free.into_iter();
    let mut range = Range { start: 0, count: 0 };
    for mut gap in gaps {
        while gap.count > 0 {
            if range.count == 0 {
                range = free.next().context("there are enough")?;
            }
            let count = gap.count.min(range.count);
            map.push(IdRun {
                inside: gap.start,
                outside: range.start,
                count,
            });
            gap = Range {
                start: gap.start + count,
                count: gap.count - count,
            };
            range = Range {
                start: range.start + count,
                count: range.count - count,
            };
        }
    }
    map.sort_by_key(|run| run.inside);
    Ok(map)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(start: u32, count: u32) -> Range {
        Range { start, count }
    }

    fn shown(runs: &[IdRun]) -> Vec<String> {
        runs.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_is_used_is_cut_out() {
        let left = without(vec![range(100, 100)], &[range(100, 10), range(150, 10), range(190, 50)]);
        assert_eq!(left, [range(110, 40), range(160, 30)]);
        assert_eq!(without(vec![range(0, u32::MAX)], &[range(0, u32::MAX)]), []);
    }

    #[test]
    fn free_ids_fill_what_is_not_fixed() {
        let map = fill(
            10,
            &[IdRun {
                inside: 3,
                outside: 1000,
                count: 2,
            }],
            vec![range(100, 4), range(200, 50)],
        )
        .unwrap();
        assert_eq!(shown(&map), ["0:100:3", "3:1000:2", "5:103:1", "6:200:4"]);
        assert_eq!(
            fill(10, &[], vec![range(100, 4)]).unwrap_err().to_string(),
            "4 of them are free, and 10 are needed: --userns auto:size=NUMBER takes fewer"
        );
    }
}
