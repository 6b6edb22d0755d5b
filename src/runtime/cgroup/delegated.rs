//! A cgroup of v2 that this process may divide, and how it is divided (CGROUP_DELEGATION.md): all its processes move
//! into a leaf, since none may be beside cgroups that are limited, and controllers are given on to the cgroups in it.

use crate::runtime::cgroup::own_cgroup::own_version_2;
use crate::sys::files::xattr;
use crate::sys::userns::enter::Mapping;
use anyhow::{Context, Result, bail, ensure};
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The leaf for what was in a delegated cgroup before.
pub const LEAF: &str = "supervisor";
/// How long to look for processes that were started while others moved. One that is ending is there for a moment, too.
const PATIENCE: Duration = Duration::from_secs(5);
const STEP: Duration = Duration::from_millis(1);

/// A cgroup of v2 that this process may divide.
pub struct Delegated {
    pub unit: PathBuf,
    /// Where this process is: in it, or in its leaf that was made for an earlier container.
    pub own: PathBuf,
}

impl Delegated {
    pub fn find(mapping: Mapping) -> Result<Option<Delegated>> {
        let own = own_version_2()?;
        let unit = match own.file_name().is_some_and(|name| name == LEAF) {
            true => own.parent().unwrap_or(&own).to_owned(),
            false => own.clone(),
        };
        let is_delegated = is_marked(&unit) || (mapping != Mapping::Host && is_ours(&unit));
        Ok(is_delegated.then_some(Delegated { unit, own }))
    }
}

/// Whether systemd gave the cgroup away for good.
fn is_marked(dir: &Path) -> bool {
    let Ok(dir) = fs::File::open(dir) else { return false };
    ["user.delegate", "trusted.delegate"].iter().any(|name| {
        let value = xattr::get_at(dir.as_fd(), b".", name.as_bytes());
        value.is_ok_and(|value| value.as_deref() == Some(b"1"))
    })
}

/// Whether processes of this user's may be moved there, and controllers be given on.
fn is_ours(dir: &Path) -> bool {
    ["cgroup.procs", "cgroup.subtree_control"]
        .iter()
        .all(|file| rustix::fs::access(dir.join(file), rustix::fs::Access::WRITE_OK).is_ok())
}

/// Moves all processes of `unit` into `leaf`.
pub fn make_room(unit: &Path, leaf: &Path) -> Result<()> {
    fs::create_dir_all(leaf).with_context(|| format!("making the cgroup {}", leaf.display()))?;
    let list = || fs::read_to_string(unit.join("cgroup.procs")).with_context(|| unit.display().to_string());
    let move_one = |pid: &str| fs::write(leaf.join("cgroup.procs"), pid);
    let is_empty = move_all(&list, &move_one, PATIENCE);
    ensure!(
        is_empty.with_context(|| format!("moving processes to {}", leaf.display()))?,
        "new processes start in the cgroup {} faster than they can be moved to one below it",
        unit.display()
    );
    Ok(())
}

/// Moves the processes that `list` names until there are none: each may start others before it moves. `false` where it
/// still names some after `patience`.
fn move_all(
    list: &dyn Fn() -> Result<String>,
    move_one: &dyn Fn(&str) -> io::Result<()>,
    patience: Duration,
) -> Result<bool> {
    let begun = Instant::now();
    loop {
        let pids = list()?;
        if pids.is_empty() {
            return Ok(true);
        }
        if begun.elapsed() > patience {
            return Ok(false);
        }
        for pid in pids.lines() {
            match move_one(pid) {
                // It has ended.
                Err(error) if error.raw_os_error() == Some(libc::ESRCH) => {}
                result => result.with_context(|| format!("process {pid}"))?,
            }
        }
        std::thread::sleep(STEP);
    }
}

/// Gives `controllers` on to the cgroups in `dir`.
pub fn enable(dir: &Path, controllers: &BTreeSet<&'static str>) -> Result<()> {
    let there = fs::read_to_string(dir.join("cgroup.controllers")).with_context(|| dir.display().to_string())?;
    for controller in controllers {
        if !there.split_whitespace().any(|one| one == *controller) {
            bail!(
                "the {controller} controller is not available in {}: {}",
                dir.display(),
                who_gives(dir, controller)
            );
        }
        let file = dir.join("cgroup.subtree_control");
        fs::write(&file, format!("+{controller}"))
            .with_context(|| format!("enabling {controller} in {}", dir.display()))?;
    }
    Ok(())
}

/// What makes systemd give `controller` to the cgroup `dir`. A user's manager can give on what it was given itself,
/// which is not all (systemd.resource-control(5), `Delegate=`).
fn who_gives(dir: &Path, controller: &str) -> String {
    let mut units = dir.iter().map(|unit| unit.to_string_lossy());
    match units.any(|unit| unit.starts_with("user@")) {
        true => "the user's manager needs Delegate=yes ('systemctl edit user@.service', as root)".into(),
        false => format!("a systemd unit needs Delegate=yes or Delegate={controller}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    /// What [`move_all`] returns, and what it moves where `lists` are found one after the other and then nothing.
    fn moved(lists: &[&str], move_one: &dyn Fn(&str) -> io::Result<()>) -> (Result<bool>, Vec<String>) {
        let (lists, moved) = (RefCell::new(lists.iter()), RefCell::new(Vec::new()));
        let list = || {
            Ok(lists
                .borrow_mut()
                .next()
                .map_or(String::new(), |list| (*list).to_owned()))
        };
        let move_one = |pid: &str| {
            moved.borrow_mut().push(pid.to_owned());
            move_one(pid)
        };
        let done = move_all(&list, &move_one, PATIENCE);
        (done, moved.into_inner())
    }

    #[test]
    fn processes_that_start_while_others_move_are_moved_too() {
        let (done, moved) = moved(&["1\n2\n", "3\n"], &|_| Ok(()));
        assert!(done.unwrap());
        assert_eq!(moved, ["1", "2", "3"]);
    }

    #[test]
    fn processes_that_end_are_left_out_and_others_are_an_error() {
        let fails_with = |errno| move |_: &str| Err(io::Error::from_raw_os_error(errno));
        assert!(moved(&["1\n"], &fails_with(libc::ESRCH)).0.unwrap());
        let error = moved(&["1\n"], &fails_with(libc::EACCES)).0.unwrap_err();
        assert_eq!(error.to_string(), "process 1");
    }

    #[test]
    fn there_is_an_end_to_processes_that_go_on_to_start() {
        let list = || Ok("1\n".to_owned());
        assert!(!move_all(&list, &|_| Ok(()), Duration::from_millis(20)).unwrap());
    }
}
