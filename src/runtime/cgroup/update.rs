//! Limits of a container that runs, changed.
//!
//! A container that had no limit of a kind has no cgroup for it: it is made now, and all its processes move there. Only
//! root may move others' processes; an ordinary user changes the limits of a container that has a cgroup.

use crate::runtime::cgroup::container_cgroup::{ContainerCgroup, directories, inherit_cpuset, list};
use crate::runtime::cgroup::delegated::enable;
use crate::runtime::cgroup::limits::Setting;
use crate::runtime::cgroup::own_cgroup::{ROOT, own_version_1};
use crate::runtime::model::limits::Limits;
use crate::sys::host::cgroup_version::{Version, version};
use crate::sys::userns::enter::Mapping;
use anyhow::{Context, Result, bail};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// How often to look for processes that were started while others moved.
const ROUNDS: u32 = 32;

/// A running container whose limits change.
pub struct LimitsUpdate<'a> {
    pub run_dir: &'a Path,
    pub id: &'a str,
    /// Its processes now.
    pub pids: &'a dyn Fn() -> Vec<i32>,
    /// `Host` for root, who may move processes.
    pub mapping: Mapping,
}

impl LimitsUpdate<'_> {
    /// Makes the kernel enforce what `after` has and `before` had not. An error, and perhaps a part of it done, where
    /// this host cannot.
    pub fn apply(&self, before: &Limits, after: &Limits) -> Result<()> {
        let (had, mut wanted) = match version() {
            Version::V2 => (before.version_2(), after.version_2()),
            Version::V1 | Version::Hybrid => (before.version_1(), after.version_1()),
            Version::Absent => bail!("nothing can be limited: no cgroups are mounted at {ROOT}"),
        };
        let of = |settings: &[Setting], file: &str| settings.iter().any(|one| one.file == file);
        let unlimited = of(&had, "pids.max") && !of(&wanted, "pids.max");
        wanted.retain(|setting| !had.contains(setting));
        if unlimited {
            wanted.push(Setting::new("pids", "pids.max", "max".into(), "--pids-limit"));
        }
        let controllers: BTreeSet<_> = wanted.iter().map(|setting| setting.controller).collect();
        let limited = ContainerCgroup::of(self.directories(&controllers)?)?;
        // Memory, and memory with swap, bound each other in v1: what is refused at first may fit when the other is
        // written.
        let refused: Vec<&Setting> = wanted.iter().filter(|setting| limited.set(setting).is_err()).collect();
        refused.into_iter().try_for_each(|setting| limited.set(setting))
    }

    /// The container's cgroups, in which all of these controllers are.
    fn directories(&self, controllers: &BTreeSet<&'static str>) -> Result<Vec<PathBuf>> {
        let mut dirs = directories(self.run_dir).unwrap_or_default();
        let missing: Vec<PathBuf> = match (version(), dirs.first()) {
            (Version::V2, Some(dir)) => {
                enable(dir.parent().unwrap_or(dir), controllers)?;
                Vec::new()
            }
            _ if self.mapping != Mapping::Host => bail!(
                "it has no cgroup of its own that an ordinary user could change: only what was limited when it was started \
                 can be limited in another way"
            ),
            (Version::V2, None) => {
                let base = Path::new(ROOT).join("lamel");
                fs::create_dir_all(&base).with_context(|| format!("making the cgroup {}", base.display()))?;
                enable(Path::new(ROOT), controllers)?;
                enable(&base, controllers)?;
                vec![base.join(self.id)]
            }
            _ => {
                let places = controllers
                    .iter()
                    .map(|controller| Ok(own_version_1(controller)?.join(format!("lamel-{}", self.id))));
                let places: Vec<PathBuf> = places.collect::<Result<_>>()?;
                let has = |place: &PathBuf| dirs.iter().any(|dir| hierarchy(dir) == hierarchy(place));
                places.into_iter().filter(|place| !has(place)).collect()
            }
        };
        if missing.is_empty() {
            return Ok(dirs);
        }
        dirs.extend(missing.iter().cloned());
        // Listed before they are there: whoever clears the container away finds them.
        list(self.run_dir, &dirs)?;
        for dir in &missing {
            fs::create_dir(dir).with_context(|| format!("making the cgroup {}", dir.display()))?;
            inherit_cpuset(dir)?;
            self.move_to(dir)?;
        }
        Ok(dirs)
    }

    fn move_to(&self, dir: &Path) -> Result<()> {
        let mut moved = BTreeSet::new();
        for _ in 0..ROUNDS {
            let before = moved.len();
            for pid in (self.pids)() {
                if !moved.insert(pid) {
                    continue;
                }
                match fs::write(dir.join("cgroup.procs"), pid.to_string()) {
                    // It has ended.
                    Err(error) if error.raw_os_error() == Some(libc::ESRCH) => {}
                    result => result.with_context(|| format!("moving process {pid} to {}", dir.display()))?,
                }
            }
            if moved.len() == before {
                break;
            }
        }
        Ok(())
    }
}

/// `/sys/fs/cgroup/memory` of what is below.
fn hierarchy(dir: &Path) -> Option<&std::ffi::OsStr> {
    dir.strip_prefix(ROOT).ok()?.iter().next()
}
