//! Changing the limits of a running container.
//!
//! A container without a limit of some kind has no cgroup for it, so the cgroup is made now and all processes of the
//! container move there. Only root may move other users' processes; an ordinary user can only change the limits of a
//! container that has a cgroup.

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
    /// Lists the container's processes.
    pub pids: &'a dyn Fn() -> Vec<i32>,
    /// `Mapping::Host`: this process is the host's root, who may move processes.
    pub mapping: Mapping,
}

impl LimitsUpdate<'_> {
    /// Writes the limits in which `after` differs from `before`. After an error a part of them may have been written.
    pub fn apply(&self, before: &Limits, after: &Limits) -> Result<()> {
        let (had, mut wanted) = match version() {
            Version::V2 => (before.version_2(), after.version_2()),
            Version::V1 | Version::Hybrid => (before.version_1(), after.version_1()),
            Version::Absent => bail!("nothing can be limited: no cgroups are mounted at {ROOT}"),
        };
        let has = |settings: &[Setting], file: &str| settings.iter().any(|one| one.file == file);
        let unlimited = has(&had, "pids.max") && !has(&wanted, "pids.max");
        wanted.retain(|setting| !had.contains(setting));
        if unlimited {
            wanted.push(Setting::new("pids", "pids.max", "max".into(), "--pids-limit"));
        }
        let controllers: BTreeSet<_> = wanted.iter().map(|setting| setting.controller).collect();
        let cgroup = ContainerCgroup::existing(self.directories(&controllers)?)?;
        // In v1 the limit of memory may not exceed that of memory with swap, so a value may be accepted only after the
        // other was written.
        let refused: Vec<&Setting> = wanted.iter().filter(|setting| cgroup.set(setting).is_err()).collect();
        refused.into_iter().try_for_each(|setting| cgroup.set(setting))
    }

    /// The container's cgroup directories, with a cgroup for each of these controllers.
    fn directories(&self, controllers: &BTreeSet<&'static str>) -> Result<Vec<PathBuf>> {
        let mut dirs = directories(self.run_dir).unwrap_or_default();
        let missing: Vec<PathBuf> = match (version(), dirs.first()) {
            (Version::V2, Some(dir)) => {
                enable(dir.parent().unwrap_or(dir), controllers)?;
                Vec::new()
            }
            _ if self.mapping != Mapping::Host => bail!(
                "it has no cgroup of its own that an ordinary user could change: only what was limited when it was \
                 started can be limited in another way"
            ),
            (Version::V2, None) => {
                let base = Path::new(ROOT).join("lamel");
                fs::create_dir_all(&base).with_context(|| format!("making the cgroup {}", base.display()))?;
                enable(Path::new(ROOT), controllers)?;
                enable(&base, controllers)?;
                vec![base.join(self.id)]
            }
            _ => {
                let paths = controllers
                    .iter()
                    .map(|controller| Ok(own_version_1(controller)?.join(format!("lamel-{}", self.id))));
                let paths: Vec<PathBuf> = paths.collect::<Result<_>>()?;
                let has = |path: &PathBuf| dirs.iter().any(|dir| hierarchy(dir) == hierarchy(path));
                paths.into_iter().filter(|path| !has(path)).collect()
            }
        };
        if missing.is_empty() {
            return Ok(dirs);
        }
        dirs.extend(missing.iter().cloned());
        // Recorded before they are made, so that whoever removes the container finds them.
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
                    // The process has ended.
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

/// The name of the v1 hierarchy that the directory is in.
fn hierarchy(dir: &Path) -> Option<&std::ffi::OsStr> {
    dir.strip_prefix(ROOT).ok()?.iter().next()
}
