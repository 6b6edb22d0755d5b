//! Delegated cgroups of v2 (CGROUP_DELEGATION.md): how this process divides one. All its processes move into a leaf,
//! since no process may be beside cgroups with limits, and its controllers are enabled for the cgroups in it.

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

/// The name of the leaf for the processes that were in the delegated cgroup.
pub const LEAF: &str = "supervisor";
/// How long to look for processes that were started while others moved. A process that is ending stays listed for a
/// moment, too.
const MOVE_TIMEOUT: Duration = Duration::from_secs(5);
const RETRY_AFTER: Duration = Duration::from_millis(1);

/// A delegated cgroup.
pub struct Delegated {
    pub unit: PathBuf,
    /// The cgroup of this process: `unit`, or the leaf in it that was made for an earlier container.
    pub own: PathBuf,
}

impl Delegated {
    /// The delegated cgroup that this process is in, if it is in one.
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

/// Whether systemd has delegated the cgroup, which it marks with an extended attribute.
fn is_marked(dir: &Path) -> bool {
    let Ok(dir) = fs::File::open(dir) else { return false };
    ["user.delegate", "trusted.delegate"].iter().any(|name| {
        let value = xattr::get_at(dir.as_fd(), b".", name.as_bytes());
        value.is_ok_and(|value| value.as_deref() == Some(b"1"))
    })
}

/// Whether this user may move processes there and enable controllers.
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
    let is_empty = move_all(&list, &move_one, MOVE_TIMEOUT);
    ensure!(
        is_empty.with_context(|| format!("moving processes to {}", leaf.display()))?,
        "new processes start in the cgroup {} faster than they can be moved to one below it",
        unit.display()
    );
    Ok(())
}

/// Moves the processes that `list` names until it names none: each may start others before it is moved. Returns false
/// if it still names some after `timeout`.
fn move_all(
    list: &dyn Fn() -> Result<String>,
    move_one: &dyn Fn(&str) -> io::Result<()>,
    timeout: Duration,
) -> Result<bool> {
    let begun = Instant::now();
    loop {
        let pids = list()?;
        if pids.is_empty() {
            return Ok(true);
        }
        if begun.elapsed() > timeout {
            return Ok(false);
        }
        for pid in pids.lines() {
            match move_one(pid) {
                // The process has ended.
                Err(error) if error.raw_os_error() == Some(libc::ESRCH) => {}
                result => result.with_context(|| format!("process {pid}"))?,
            }
        }
        std::thread::sleep(RETRY_AFTER);
    }
}

/// Enables `controllers` for the cgroups in `dir`.
pub fn enable(dir: &Path, controllers: &BTreeSet<&'static str>) -> Result<()> {
    let there = fs::read_to_string(dir.join("cgroup.controllers")).with_context(|| dir.display().to_string())?;
    for controller in controllers {
        if !there.split_whitespace().any(|one| one == *controller) {
            bail!(
                "the {controller} controller is not available in {}: {}",
                dir.display(),
                how_to_delegate(dir, controller)
            );
        }
        let file = dir.join("cgroup.subtree_control");
        fs::write(&file, format!("+{controller}"))
            .with_context(|| format!("enabling {controller} in {}", dir.display()))?;
    }
    Ok(())
}

/// What to change so that systemd enables `controller` in the cgroup `dir`. A user's manager can delegate only the
/// controllers that were delegated to it, which are not all (systemd.resource-control(5), `Delegate=`).
fn how_to_delegate(dir: &Path, controller: &str) -> String {
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

    /// What [`move_all`] returns, and what it moves, if it reads `lists` one after the other and then an empty list.
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
        let done = move_all(&list, &move_one, MOVE_TIMEOUT);
        (done, moved.into_inner())
    }

    #[test]
    fn processes_that_start_while_others_move_are_moved_too() {
        let (done, moved) = moved(&["1\n2\n", "3\n"], &|_| Ok(()));
        assert!(done.unwrap());
        assert_eq!(moved, ["1", "2", "3"]);
    }

    #[test]
    fn a_process_that_has_ended_is_skipped_and_other_failures_are_errors() {
        let fails_with = |errno| move |_: &str| Err(io::Error::from_raw_os_error(errno));
        assert!(moved(&["1\n"], &fails_with(libc::ESRCH)).0.unwrap());
        let error = moved(&["1\n"], &fails_with(libc::EACCES)).0.unwrap_err();
        assert_eq!(error.to_string(), "process 1");
    }

    #[test]
    fn moving_gives_up_if_new_processes_start_without_end() {
        let list = || Ok("1\n".to_owned());
        assert!(!move_all(&list, &|_| Ok(()), Duration::from_millis(20)).unwrap());
    }
}
