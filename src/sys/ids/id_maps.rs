//! Which ids of a user namespace are which of the one around it (user_namespaces(7), uid_map).

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::fs;

/// The kernel takes no more lines of one map (user_namespaces(7)).
const MAX_RUNS: usize = 340;

/// `count` ids from `inside` on are those from `outside` on of the namespace around.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdRun {
    pub inside: u32,
    pub outside: u32,
    pub count: u32,
}

/// `0:100000:65536`, as podman and the kernel write it.
impl fmt::Display for IdRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.inside, self.outside, self.count)
    }
}

/// The users and the groups of a namespace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdMaps {
    pub uids: Vec<IdRun>,
    pub gids: Vec<IdRun>,
}

impl IdMaps {
    /// Of the namespace that the process `pid` (`self`) is in, as this process sees it.
    pub fn of_process(pid: &str) -> Result<IdMaps> {
        let read = |kind| {
            let path = format!("/proc/{pid}/{kind}_map");
            fs::read_to_string(&path).map(|text| runs(&text)).context(path)
        };
        Ok(IdMaps {
            uids: read("uid")?,
            gids: read("gid")?,
        })
    }

    /// All ids as they are.
    pub fn identity() -> IdMaps {
        let whole = vec![IdRun {
            inside: 0,
            outside: 0,
            count: u32::MAX,
        }];
        IdMaps {
            uids: whole.clone(),
            gids: whole,
        }
    }

    /// Whether these are the maps of the initial user namespace.
    pub fn are_initial(&self) -> bool {
        self.uids == IdMaps::identity().uids
    }

    /// Whether every id stays what it is.
    pub fn is_identity(&self) -> bool {
        [&self.uids, &self.gids]
            .into_iter()
            .flatten()
            .all(|run| run.inside == run.outside)
    }

    /// That the kernel will take it, and a container can live in it: no id twice, and a root.
    pub fn check(&self) -> Result<()> {
        for (kind, runs) in [("user", &self.uids), ("group", &self.gids)] {
            ensure!(
                outside(runs, 0).is_some(),
                "{kind} 0 of the container is not mapped, and without root nothing can be set up in it"
            );
            ensure!(
                runs.len() <= MAX_RUNS,
                "{} ranges of {kind} ids are too many",
                runs.len()
            );
            for (at, run) in runs.iter().enumerate() {
                let ends = [run.inside, run.outside].map(|first| u64::from(first) + u64::from(run.count));
                ensure!(
                    run.count > 0 && ends.iter().all(|end| *end <= u64::from(u32::MAX)),
                    "the {kind} ids {run} are no range"
                );
                let overlaps = |other: &IdRun| {
                    let meet = |a: u32, b: u32| a < b + other.count && b < a + run.count;
                    meet(run.inside, other.inside) || meet(run.outside, other.outside)
                };
                if let Some(other) = runs[..at].iter().find(|other| overlaps(other)) {
                    bail!("the {kind} ids {run} and {other} overlap");
                }
            }
        }
        Ok(())
    }

    /// Who user `uid` and group `gid` of the namespace are outside.
    pub fn outside(&self, uid: u32, gid: u32) -> Option<(u32, u32)> {
        Some((outside(&self.uids, uid)?, outside(&self.gids, gid)?))
    }

    /// Which user of the namespace the outside's `uid` is.
    pub fn user_inside(&self, uid: u32) -> Option<u32> {
        inside(&self.uids, uid)
    }

    /// Which group of the namespace the outside's `gid` is.
    pub fn group_inside(&self, gid: u32) -> Option<u32> {
        inside(&self.gids, gid)
    }

    /// Whether user `uid` and groups `gids` are there: the first that is not, as an error.
    pub fn check_ids(&self, uid: u32, gids: &[u32]) -> Result<()> {
        let groups = gids.iter().map(|gid| ("group", *gid, &self.gids));
        let mut all = [("user", uid, &self.uids)].into_iter().chain(groups);
        match all.find(|(_, id, runs)| outside(runs, *id).is_none()) {
            None => Ok(()),
            Some((kind, id, runs)) => bail!(
                "{kind} {id} does not exist here: the highest id in containers is {}; more subordinate ids in /etc/subuid \
                 and /etc/subgid make more",
                highest(runs)
            ),
        }
    }
}

/// Whether this process is in the initial user namespace.
pub fn in_initial_namespace() -> bool {
    IdMaps::of_process("self").is_ok_and(|maps| maps.are_initial())
}

fn outside(runs: &[IdRun], id: u32) -> Option<u32> {
    let run = runs
        .iter()
        .find(|run| id >= run.inside && id - run.inside < run.count)?;
    Some(run.outside + (id - run.inside))
}

fn inside(runs: &[IdRun], id: u32) -> Option<u32> {
    let run = runs
        .iter()
        .find(|run| id >= run.outside && id - run.outside < run.count)?;
    Some(run.inside + (id - run.outside))
}

fn highest(runs: &[IdRun]) -> u32 {
    let ends = runs.iter().map(|run| run.inside + run.count.saturating_sub(1));
    ends.max().unwrap_or(0)
}

/// A map as the kernel writes it.
fn runs(map: &str) -> Vec<IdRun> {
    let runs = map.lines().filter_map(|line| {
        let mut fields = line.split_whitespace().map(|field| field.parse().ok());
        Some(IdRun {
            inside: fields.next()??,
            outside: fields.next()??,
            count: fields.next()??,
        })
    });
    runs.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(inside: u32, outside: u32, count: u32) -> IdRun {
        IdRun { inside, outside, count }
    }

    fn maps(runs: &[IdRun]) -> IdMaps {
        IdMaps {
            uids: runs.to_vec(),
            gids: vec![run(0, 7, 1)],
        }
    }

    #[test]
    fn an_id_is_there_where_a_run_has_it() {
        let uids = runs("         0       1000          1\n         1     100000      65536\n");
        let maps = maps(&uids);
        assert_eq!(maps.outside(0, 0), Some((1000, 7)));
        assert_eq!(maps.outside(65536, 0), Some((165535, 7)));
        assert_eq!(maps.outside(65537, 0), None);
        assert_eq!(
            maps.check_ids(65537, &[]).unwrap_err().to_string(),
            "user 65537 does not exist here: the highest id in containers is 65536; more subordinate ids in /etc/subuid and \
             /etc/subgid make more"
        );
        assert!(
            maps.check_ids(1, &[0, 1])
                .unwrap_err()
                .to_string()
                .starts_with("group 1 ")
        );
        assert_eq!(runs("0 0 4294967295"), IdMaps::identity().uids);
    }

    #[test]
    fn a_map_has_a_root_and_no_id_twice() {
        let error = |runs: &[IdRun]| maps(runs).check().unwrap_err().to_string();
        maps(&[run(0, 100, 10), run(10, 110, 5)]).check().unwrap();
        IdMaps::identity().check().unwrap();
        assert!(error(&[run(1, 100, 10)]).starts_with("user 0 of the container is not mapped"));
        assert_eq!(
            error(&[run(0, 100, 10), run(9, 200, 5)]),
            "the user ids 9:200:5 and 0:100:10 overlap"
        );
        assert_eq!(
            error(&[run(0, 100, 10), run(10, 109, 5)]),
            "the user ids 10:109:5 and 0:100:10 overlap"
        );
        assert_eq!(
            error(&[run(0, 100, 1), run(5, u32::MAX, 2)]),
            "the user ids 5:4294967295:2 are no range"
        );
        assert_eq!(
            error(&[run(0, 100, 1), run(5, 5, 0)]),
            "the user ids 5:5:0 are no range"
        );
    }

    #[test]
    fn only_all_ids_as_they_are_are_an_identity() {
        assert!(IdMaps::identity().is_identity());
        assert!(!maps(&[run(0, 0, 10)]).is_identity());
    }
}
