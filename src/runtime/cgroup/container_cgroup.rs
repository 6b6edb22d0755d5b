//! The cgroup of a container that has limits; one without has none of its own.
//!
//! With cgroup v2 it is made in the cgroup that was delegated to this process, a systemd unit's (CGROUP_DELEGATION.md).
//! All processes of that unit move into a leaf first, since no process may be beside cgroups with limits. Without a
//! delegated cgroup, root makes it below `/lamel`, and a user (as in a login session) asks the user's service manager
//! for a scope. With v1 it is made below this process's own cgroup, in each hierarchy that is needed.
//!
//! This process enters the cgroup while it makes the container's first process, since libcontainer joins no cgroup (see
//! [`crate::runtime::create::libcontainer_workarounds`]), and leaves it again. The limits are set after that, so that
//! they apply to the container alone. The directories are listed in the container's run directory, for whoever removes
//! them.

use crate::runtime::cgroup::delegated;
use crate::runtime::cgroup::delegated::{Delegated, LEAF, enable};
use crate::runtime::cgroup::limits::Setting;
use crate::runtime::cgroup::own_cgroup::{ROOT, own_version_1, own_version_2};
use crate::runtime::model::limits::Limits;
use crate::runtime::model::run_dir::CGROUPS;
use crate::sys::host::cgroup_version::{Version, version};
use crate::sys::mount::tree;
use crate::sys::systemd::scope;
use crate::sys::userns::enter::Mapping;
use anyhow::{Context, Result, anyhow, bail, ensure};
use rustix::fs::{CWD, Mode, OFlags, openat};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

/// A container's cgroup, by descriptors: its paths may be covered later ([`uncover`]).
#[derive(Debug)]
pub struct ContainerCgroup {
    /// Its directory in each hierarchy that is needed.
    dirs: Vec<OwnedFd>,
    /// The `cgroup.procs` files of the cgroups that this process was in before.
    previous: Vec<File>,
    settings: Vec<Setting>,
}

/// Where the cgroup is, or is to be made.
struct CgroupPaths {
    dirs: Vec<PathBuf>,
    previous: Vec<PathBuf>,
    settings: Vec<Setting>,
}

impl CgroupPaths {
    fn open(self) -> Result<ContainerCgroup> {
        let directory = |dir: &PathBuf| {
            let flags = OFlags::DIRECTORY | OFlags::RDONLY | OFlags::CLOEXEC;
            openat(CWD, dir, flags, Mode::empty()).with_context(|| format!("the cgroup {}", dir.display()))
        };
        let processes = |dir: &PathBuf| {
            let file = dir.join("cgroup.procs");
            File::options()
                .write(true)
                .open(&file)
                .with_context(|| file.display().to_string())
        };
        Ok(ContainerCgroup {
            dirs: self.dirs.iter().map(directory).collect::<Result<_>>()?,
            previous: self.previous.iter().map(processes).collect::<Result<_>>()?,
            settings: self.settings,
        })
    }
}

impl ContainerCgroup {
    /// Makes the cgroup of container `id`; none if nothing is limited. An error if this host cannot limit it. Must be
    /// called before /sys/fs/cgroup is covered.
    pub fn make(run_dir: &Path, id: &str, limits: &Limits, mapping: Mapping) -> Result<Option<ContainerCgroup>> {
        if limits.is_empty() {
            return Ok(None);
        }
        let paths = match version() {
            Version::V2 => version_2(id, limits.version_2(), mapping)?,
            Version::V1 | Version::Hybrid if mapping == Mapping::Host => version_1(id, limits.version_1())?,
            Version::V1 | Version::Hybrid => {
                bail!("an ordinary user can limit nothing on this host: it has cgroup v1, which root alone may use")
            }
            Version::Absent => bail!("nothing can be limited: no cgroups are mounted at {ROOT}"),
        };
        list(run_dir, &paths.dirs)?;
        for dir in &paths.dirs {
            fs::create_dir(dir).with_context(|| format!("making the cgroup {}", dir.display()))?;
            inherit_cpuset(dir)?;
        }
        paths.open().map(Some)
    }

    /// Moves this process into the cgroup, and with it what it forks from now on. After an error it is where it was.
    pub fn enter(&self) -> Result<()> {
        let mut dirs = self.dirs.iter();
        let entered = dirs.try_for_each(|dir| write_at(dir, "cgroup.procs", "0"));
        entered.context("entering the container's cgroup").inspect_err(|_| {
            // The first error is the one to report.
            let _ = self.go_back();
        })
    }

    /// Moves this process back to where it was, and sets the limits.
    pub fn leave(&self) -> Result<()> {
        self.go_back()?;
        self.settings.iter().try_for_each(|setting| self.set(setting))
    }

    /// Tries each hierarchy, whatever becomes of the others.
    fn go_back(&self) -> Result<()> {
        let moves: Vec<_> = self.previous.iter().map(|mut list| list.write_all(b"0")).collect();
        let moved: io::Result<()> = moves.into_iter().collect();
        moved.context("leaving the container's cgroup")
    }

    /// An existing cgroup, to change its limits.
    pub fn existing(dirs: Vec<PathBuf>) -> Result<ContainerCgroup> {
        CgroupPaths {
            dirs,
            previous: Vec::new(),
            settings: Vec::new(),
        }
        .open()
    }

    pub fn set(&self, setting: &Setting) -> Result<()> {
        let option = setting.option;
        let otherwise = setting.otherwise.as_ref().map(|(file, value)| (*file, value));
        for (file, value) in [(setting.file, &setting.value)].into_iter().chain(otherwise) {
            for dir in &self.dirs {
                match write_at(dir, file, value) {
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    // If the kernel does not count swap, the default limit of swap is left out.
                    Err(_) if option.is_empty() => return Ok(()),
                    result => {
                        return result.map_err(|error| {
                            anyhow!("{option} cannot be honoured: writing {value} to {file}: {error}")
                        });
                    }
                }
            }
        }
        match option {
            "" => Ok(()),
            option => bail!("{option} cannot be honoured: the kernel has no {}", setting.file),
        }
    }
}

/// Moves this process into the cgroup of the container with this run directory, for an exec; none if the container has
/// none. The result moves it back ([`ContainerCgroup::leave`]). An error if this process may not enter: then it has the
/// limits of where it was started.
pub fn enter_existing(run_dir: &Path) -> Result<Option<ContainerCgroup>> {
    let Some(dirs) = directories(run_dir) else {
        return Ok(None);
    };
    let entered = enter_paths(&dirs).or_else(|denied| {
        // An ordinary user may not move a process from a session's cgroup to a unit's (cgroups(7), "Cgroup delegation
        // containment"). systemd may.
        let unit = dirs.first().and_then(|dir| dir.parent()?.file_name()?.to_str());
        let Some(unit) = unit.filter(|_| version() == Version::V2 && !rustix::process::geteuid().is_root()) else {
            return Err(denied);
        };
        scope::join(unit, LEAF)?;
        enter_paths(&dirs)
    });
    entered.map(Some)
}

fn enter_paths(dirs: &[PathBuf]) -> Result<ContainerCgroup> {
    let previous = match version() {
        Version::V2 => vec![own_version_2()?],
        _ => dirs
            .iter()
            .filter_map(|dir| own_version_1(&controller_of(dir)?).ok())
            .collect(),
    };
    let paths = CgroupPaths {
        dirs: dirs.to_vec(),
        previous,
        settings: Vec::new(),
    };
    let limited = paths.open()?;
    limited.enter()?;
    Ok(limited)
}

fn controller_of(dir: &Path) -> Option<String> {
    let first = dir.strip_prefix(ROOT).ok()?.components().next()?;
    first.as_os_str().to_str().map(str::to_owned)
}

/// Records the cgroup's directories in the run directory, for whoever removes them.
pub fn list(run_dir: &Path, dirs: &[PathBuf]) -> Result<()> {
    let list = run_dir.join(CGROUPS);
    fs::write(&list, serde_json::to_vec(dirs)?).with_context(|| list.display().to_string())
}

/// The cgroup's directories; none if the container has no limits.
pub fn directories(run_dir: &Path) -> Option<Vec<PathBuf>> {
    serde_json::from_slice(&fs::read(run_dir.join(CGROUPS)).ok()?).ok()
}

/// Removes the cgroup of the container with this run directory, which must not run any more.
pub fn remove(run_dir: &Path) -> Result<()> {
    let Some(dirs) = directories(run_dir) else {
        return Ok(());
    };
    uncover(&dirs);
    for dir in dirs {
        remove_dir(&dir)?;
        if dir.parent() == Some(Path::new(ROOT).join("lamel").as_path()) {
            // This fails while other containers are in it.
            let _ = dir.parent().map(fs::remove_dir);
        }
    }
    match fs::remove_file(run_dir.join(CGROUPS)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error).context("removing the list of cgroups"),
        _ => Ok(()),
    }
}

/// Makes cgroup directories visible again, if this process has covered them to show libcontainer a cgroup v2.
pub fn uncover(dirs: &[PathBuf]) {
    if dirs.iter().any(|dir| !dir.exists()) && version() == Version::V2 {
        let _ = tree::detach(Path::new(ROOT));
    }
}

/// Removes a cgroup. Processes that have just been killed leave it a moment later, so EBUSY is tried again.
fn remove_dir(dir: &Path) -> Result<()> {
    const ATTEMPTS: u32 = 100;
    for attempt in 1.. {
        match fs::remove_dir(dir) {
            Err(error) if error.raw_os_error() == Some(libc::EBUSY) && attempt < ATTEMPTS => {
                std::thread::sleep(std::time::Duration::from_millis(10));
            }
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("removing the cgroup {}", dir.display()));
            }
            _ => break,
        }
    }
    Ok(())
}

/// Writes to a file of the cgroup; an error if the kernel has no such file.
fn write_at(dir: &OwnedFd, file: &str, value: &str) -> io::Result<()> {
    let fd = openat(
        dir,
        file,
        OFlags::WRONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC,
        Mode::empty(),
    )?;
    File::from(fd).write_all(value.as_bytes())
}

fn version_1(id: &str, settings: Vec<Setting>) -> Result<CgroupPaths> {
    let controllers: BTreeSet<_> = settings.iter().map(|setting| setting.controller).collect();
    let previous: Vec<PathBuf> = controllers.into_iter().map(own_version_1).collect::<Result<_>>()?;
    Ok(CgroupPaths {
        dirs: previous.iter().map(|dir| dir.join(format!("lamel-{id}"))).collect(),
        previous,
        settings,
    })
}

/// Copies the parent's cpuset: with v1 no process can enter a cpuset without processors and memory nodes.
pub fn inherit_cpuset(dir: &Path) -> Result<()> {
    for name in ["cpuset.cpus", "cpuset.mems"] {
        let (file, parent) = (dir.join(name), dir.with_file_name(name));
        let is_version_1 = dir.join("cpuset.memory_migrate").exists();
        if is_version_1 && let Ok(value) = fs::read(&parent) {
            fs::write(&file, value).with_context(|| file.display().to_string())?;
        }
    }
    Ok(())
}

fn version_2(id: &str, settings: Vec<Setting>, mapping: Mapping) -> Result<CgroupPaths> {
    let controllers: BTreeSet<_> = settings.iter().map(|setting| setting.controller).collect();
    let mut unit = Delegated::find(mapping)?;
    if unit.is_none() && mapping != Mapping::Host {
        let scope = format!("lamel-{}-{}.scope", &id[..12], std::process::id());
        scope::enter(&scope).with_context(|| {
            format!(
                "an ordinary user can limit nothing in {}, which is not delegated: \
                 'systemd-run --user --scope -p Delegate=yes lamel …' runs it in one that is, \
                 and so does a user unit with Delegate=yes",
                own_version_2().unwrap_or_default().display()
            )
        })?;
        unit = Delegated::find(mapping)?;
    }
    if let Some(Delegated { unit, own }) = unit {
        let leaf = unit.join(LEAF);
        if own != leaf {
            delegated::make_room(&unit, &leaf)?;
        }
        enable(&unit, &controllers)?;
        return Ok(CgroupPaths {
            dirs: vec![unit.join(format!("lamel-{id}"))],
            previous: vec![leaf],
            settings,
        });
    }
    ensure!(
        mapping == Mapping::Host,
        "the scope that systemd has made is not delegated"
    );
    let base = Path::new(ROOT).join("lamel");
    fs::create_dir_all(&base).with_context(|| format!("making the cgroup {}", base.display()))?;
    enable(Path::new(ROOT), &controllers)?;
    enable(&base, &controllers)?;
    Ok(CgroupPaths {
        dirs: vec![base.join(id)],
        previous: vec![own_version_2()?],
        settings,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Makes a directory for each cgroup, with a `cgroup.procs` if `lists` says so.
    fn cgroups(root: &Path, lists: &[(&str, bool)]) -> Vec<PathBuf> {
        let cgroup = |(name, has_list): &(&str, bool)| {
            let dir = root.join(name);
            fs::create_dir(&dir).unwrap();
            if *has_list {
                fs::write(dir.join("cgroup.procs"), "").unwrap();
            }
            dir
        };
        lists.iter().map(cgroup).collect()
    }

    fn list_of(dir: &Path) -> String {
        fs::read_to_string(dir.join("cgroup.procs")).unwrap()
    }

    #[test]
    fn a_process_that_can_enter_only_one_of_two_cgroups_goes_back() {
        let root = tempfile::tempdir().unwrap();
        let home = cgroups(root.path(), &[("home", true), ("other-home", true)]);
        let dirs = cgroups(root.path(), &[("dir", true), ("gone", false)]);
        let paths = CgroupPaths {
            dirs: dirs.clone(),
            previous: home.clone(),
            settings: Vec::new(),
        };
        let error = paths.open().unwrap().enter().unwrap_err();
        assert_eq!(error.to_string(), "entering the container's cgroup");
        assert_eq!(list_of(&dirs[0]), "0");
        assert_eq!((list_of(&home[0]), list_of(&home[1])), ("0".into(), "0".into()));
    }

    #[test]
    fn if_one_cgroup_cannot_be_left_the_others_are() {
        let root = tempfile::tempdir().unwrap();
        let home = cgroups(root.path(), &[("closed", true), ("home", true)]);
        let limited = ContainerCgroup {
            dirs: Vec::new(),
            // It is opened for reading only, so writing fails.
            previous: vec![
                File::open(home[0].join("cgroup.procs")).unwrap(),
                File::create(home[1].join("cgroup.procs")).unwrap(),
            ],
            settings: Vec::new(),
        };
        assert!(limited.leave().is_err());
        assert_eq!(list_of(&home[1]), "0");
    }
}
