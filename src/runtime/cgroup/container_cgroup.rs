//! The cgroup of a container that has limits; one without has none of its own.
//!
//! With cgroup v2 it is in the cgroup that was delegated to this process (systemd marks such a one,
//! CGROUP_DELEGATION.md): a unit's own, out of which all its processes move into a leaf first, since none may be beside
//! the cgroups that are limited. Root without a delegated one makes it below `/lamel`; a user without one, as in a
//! login session, asks the own service manager for a scope. With v1 it is below this process's own, in each hierarchy
//! that is needed.
//!
//! This process enters it while it makes the container's, since libcontainer's ways of joining are closed (see
//! [`crate::runtime::create::libcontainer_workarounds`]), and goes back; only then the limits are set, so that they are
//! the container's alone. The directories are listed in the container's run directory for whoever clears it away.

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

/// A container's cgroup, by descriptors: its paths may be covered later.
#[derive(Debug)]
pub struct ContainerCgroup {
    /// A directory in each hierarchy that is needed.
    dirs: Vec<OwnedFd>,
    /// The lists of processes where this one was.
    home: Vec<File>,
    settings: Vec<Setting>,
}

/// Where it is to be.
struct CgroupPaths {
    dirs: Vec<PathBuf>,
    home: Vec<PathBuf>,
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
            home: self.home.iter().map(processes).collect::<Result<_>>()?,
            settings: self.settings,
        })
    }
}

impl ContainerCgroup {
    /// Makes the cgroup of container `id`; none where nothing is limited. An error where this host cannot.
    /// Must come before /sys/fs/cgroup is covered.
    pub fn make(run_dir: &Path, id: &str, limits: &Limits, mapping: Mapping) -> Result<Option<ContainerCgroup>> {
        if limits.is_empty() {
            return Ok(None);
        }
        let places = match version() {
            Version::V2 => version_2(id, limits.version_2(), mapping)?,
            Version::V1 | Version::Hybrid if mapping == Mapping::Host => version_1(id, limits.version_1())?,
            Version::V1 | Version::Hybrid => {
                bail!("an ordinary user can limit nothing on this host: it has cgroup v1, which root alone may use")
            }
            Version::Absent => bail!("nothing can be limited: no cgroups are mounted at {ROOT}"),
        };
        list(run_dir, &places.dirs)?;
        for dir in &places.dirs {
            fs::create_dir(dir).with_context(|| format!("making the cgroup {}", dir.display()))?;
            inherit_cpuset(dir)?;
        }
        places.open().map(Some)
    }

    /// Moves this process in: what it forks from now on is in there, too. On an error it is where it was.
    pub fn enter(&self) -> Result<()> {
        let mut dirs = self.dirs.iter();
        let entered = dirs.try_for_each(|dir| write_at(dir, "cgroup.procs", "0"));
        entered.context("entering the container's cgroup").inspect_err(|_| {
            // The first error is the one to tell.
            let _ = self.go_home();
        })
    }

    /// Moves it back to where it was, and sets the limits.
    pub fn leave(&self) -> Result<()> {
        self.go_home()?;
        self.settings.iter().try_for_each(|setting| self.set(setting))
    }

    /// In each hierarchy, whatever becomes of the others.
    fn go_home(&self) -> Result<()> {
        let moves: Vec<_> = self.home.iter().map(|mut home| home.write_all(b"0")).collect();
        let moved: io::Result<()> = moves.into_iter().collect();
        moved.context("leaving the container's cgroup")
    }

    /// What is there already, to be set in another way.
    pub fn of(dirs: Vec<PathBuf>) -> Result<ContainerCgroup> {
        CgroupPaths {
            dirs,
            home: Vec::new(),
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
                    // Swap that is not counted can only be limited where it was asked for.
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

/// Moves this process into the cgroups of the container with this run directory, for a further process of it; none
/// where there are none. Returns the way back. An error where it may not, and then the process is limited by where it
/// was started.
pub fn enter_existing(run_dir: &Path) -> Result<Option<ContainerCgroup>> {
    let Some(dirs) = directories(run_dir) else {
        return Ok(None);
    };
    let entered = enter_places(&dirs).or_else(|denied| {
        // An ordinary user may not leave a session's cgroup for a unit's (cgroups(7), "Cgroup delegation containment"):
        // systemd can.
        let unit = dirs.first().and_then(|dir| dir.parent()?.file_name()?.to_str());
        let Some(unit) = unit.filter(|_| version() == Version::V2 && !rustix::process::geteuid().is_root()) else {
            return Err(denied);
        };
        scope::join(unit, LEAF)?;
        enter_places(&dirs)
    });
    entered.map(Some)
}

fn enter_places(dirs: &[PathBuf]) -> Result<ContainerCgroup> {
    let home = match version() {
        Version::V2 => vec![own_version_2()?],
        _ => dirs
            .iter()
            .filter_map(|dir| own_version_1(&controller_of(dir)?).ok())
            .collect(),
    };
    let places = CgroupPaths {
        dirs: dirs.to_vec(),
        home,
        settings: Vec::new(),
    };
    let limited = places.open()?;
    limited.enter()?;
    Ok(limited)
}

fn controller_of(dir: &Path) -> Option<String> {
    let first = dir.strip_prefix(ROOT).ok()?.components().next()?;
    first.as_os_str().to_str().map(str::to_owned)
}

/// Notes the directories, for whoever clears them away.
pub fn list(run_dir: &Path, dirs: &[PathBuf]) -> Result<()> {
    let list = run_dir.join(CGROUPS);
    fs::write(&list, serde_json::to_vec(dirs)?).with_context(|| list.display().to_string())
}

/// Its directories; none where it has no limits.
pub fn directories(run_dir: &Path) -> Option<Vec<PathBuf>> {
    serde_json::from_slice(&fs::read(run_dir.join(CGROUPS)).ok()?).ok()
}

/// Removes the cgroups of the container with this run directory, which does not run any more.
pub fn remove(run_dir: &Path) -> Result<()> {
    let Some(dirs) = directories(run_dir) else {
        return Ok(());
    };
    uncover(&dirs);
    for dir in dirs {
        remove_dir(&dir)?;
        if dir.parent() == Some(Path::new(ROOT).join("lamel").as_path()) {
            // As long as it has others it stays.
            let _ = dir.parent().map(fs::remove_dir);
        }
    }
    match fs::remove_file(run_dir.join(CGROUPS)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error).context("removing the list of cgroups"),
        _ => Ok(()),
    }
}

/// Makes them seen again where this process itself has covered them, to show libcontainer a cgroup v2.
pub fn uncover(dirs: &[PathBuf]) {
    if dirs.iter().any(|dir| !dir.exists()) && version() == Version::V2 {
        let _ = tree::detach(Path::new(ROOT));
    }
}

/// Processes that have just been killed leave a cgroup a moment later.
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

/// The file is there already, or it is an error.
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
    let home: Vec<PathBuf> = controllers.into_iter().map(own_version_1).collect::<Result<_>>()?;
    Ok(CgroupPaths {
        dirs: home.iter().map(|dir| dir.join(format!("lamel-{id}"))).collect(),
        home,
        settings,
    })
}

/// In v1 a cpuset without processors and memory takes no process.
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
            home: vec![leaf],
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
        home: vec![own_version_2()?],
        settings,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A directory for each cgroup, with a list of processes where `lists` says so.
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
    fn a_process_that_enters_one_of_two_cgroups_goes_back() {
        let root = tempfile::tempdir().unwrap();
        let home = cgroups(root.path(), &[("home", true), ("other-home", true)]);
        let dirs = cgroups(root.path(), &[("dir", true), ("gone", false)]);
        let places = CgroupPaths {
            dirs: dirs.clone(),
            home: home.clone(),
            settings: Vec::new(),
        };
        let error = places.open().unwrap().enter().unwrap_err();
        assert_eq!(error.to_string(), "entering the container's cgroup");
        assert_eq!(list_of(&dirs[0]), "0");
        assert_eq!((list_of(&home[0]), list_of(&home[1])), ("0".into(), "0".into()));
    }

    #[test]
    fn a_cgroup_that_cannot_be_left_does_not_keep_the_process_in_others() {
        let root = tempfile::tempdir().unwrap();
        let home = cgroups(root.path(), &[("closed", true), ("home", true)]);
        let limited = ContainerCgroup {
            dirs: Vec::new(),
            // Not for writing.
            home: vec![
                File::open(home[0].join("cgroup.procs")).unwrap(),
                File::create(home[1].join("cgroup.procs")).unwrap(),
            ],
            settings: Vec::new(),
        };
        assert!(limited.leave().is_err());
        assert_eq!(list_of(&home[1]), "0");
    }
}
