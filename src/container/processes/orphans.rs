//! Orphans: processes that outlive their container's first one. The kernel kills a PID namespace with its first
//! process. A container in the host's PID namespace, or in another container's, has none of its own, so its remaining
//! processes are killed here.
//!
//! They are recognised by their mounts. A container has a mount namespace of its own, and its root mount names the
//! container's directory. That shows in /proc/PID/mountinfo as long as a process lives, whoever started it. The number
//! of a namespace would prove nothing: the kernel uses numbers again once the namespace is gone.

use crate::container::network::etc;
use crate::sys::process::identity::Process;
use crate::sys::process::list;
use crate::sys::wait;
use anyhow::{Context, Result, ensure};
use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

/// How long processes may take to end after SIGKILL.
const TIMEOUT: Duration = Duration::from_secs(10);
const STEP: Duration = Duration::from_millis(2);

/// Kills all processes of container `id`, whose first one has ended. Returns when none is left. Called by their
/// supervisor, or in the host's user namespace: others may not signal them.
pub fn end(id: &str) -> Result<()> {
    let mut orphans = Vec::new();
    let all_ended = wait::try_until(TIMEOUT, STEP, || {
        orphans = find(id);
        for orphan in &orphans {
            orphan
                .signal(libc::SIGKILL)
                .with_context(|| format!("ending process {} of the container", orphan.pid))?;
        }
        anyhow::Ok(orphans.is_empty())
    })?;
    ensure!(
        all_ended,
        "process {} of the container does not end after SIGKILL",
        orphans[0].pid
    );
    Ok(())
}

/// The processes that see the container's root, and all that share a mount namespace with one of them: a process that
/// changed its own root does not see it any more.
fn find(id: &str) -> Vec<Process> {
    let namespace = |pid: i32| fs::read_link(format!("/proc/{pid}/ns/mnt")).ok();
    let sees_root = |pid: &i32| {
        let mounts = fs::read_to_string(format!("/proc/{pid}/mountinfo")).unwrap_or_default();
        mounts.lines().any(|line| is_of(line, id))
    };
    // Identified before its mounts are read: afterwards the same pid could be another process.
    let processes: Vec<Process> = list::pids().into_iter().filter_map(Process::find).collect();
    let seen: Vec<bool> = processes.iter().map(|process| sees_root(&process.pid)).collect();
    let namespaces: HashSet<_> = processes
        .iter()
        .zip(&seen)
        .filter_map(|(process, seen)| seen.then(|| namespace(process.pid))?)
        .collect();
    let mut orphans = Vec::new();
    for (process, seen) in processes.into_iter().zip(seen) {
        if process.is_alive() && (seen || namespace(process.pid).is_some_and(|own| namespaces.contains(&own))) {
            orphans.push(process);
        }
    }
    orphans
}

/// Whether a line of mountinfo (proc_pid_mountinfo(5)) shows the root of container `id` mounted at `/`, or one of its
/// /etc files at its path. The supervisor has the same root mounted elsewhere, and that does not count.
fn is_of(line: &str, id: &str) -> bool {
    let mut fields = line.split(' ');
    let (Some(root), Some(place)) = (fields.nth(3), fields.next()) else {
        return false;
    };
    let is = |path: &str, name: &str| Path::new(path).ends_with(Path::new(id).join(name));
    match etc::FILES.iter().find(|(destination, _)| *destination == place) {
        Some((_, name)) => is(root, name),
        None if place == "/" => {
            let mut options = line.rsplit(' ').next().unwrap_or_default().split(',');
            is(root, "upper")
                || options.any(|option| option.strip_prefix("upperdir=").is_some_and(|dir| is(dir, "upper")))
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_known_by_its_root_or_by_the_files_in_its_etc() {
        let case = |mount: &str| is_of(mount, "c0ffee");
        for own in [
            "30 29 0:40 / / rw - overlay overlay rw,lowerdir=/s/l,upperdir=/s/containers/c0ffee/upper,workdir=/s/w",
            "30 29 0:40 / / rw - overlay overlay rw,lowerdir=7,upperdir=8/c0ffee/upper,workdir=8/c0ffee/work",
            "30 29 8:1 /s/containers/c0ffee/upper / rw - ext4 /dev/sda1 rw",
            "31 30 8:1 /s/containers/c0ffee/hosts /etc/hosts rw shared:5 - ext4 /dev/sda1 rw",
        ] {
            assert!(case(own), "{own}");
        }
        for other in [
            "",
            "30 29 0:40 / /run/containers/c0ffee/root rw - overlay overlay rw,upperdir=/s/containers/c0ffee/upper",
            "30 29 0:40 / / rw - overlay overlay rw,lowerdir=/s/l,upperdir=/s/containers/decaf/upper",
            "30 29 8:1 / / rw - ext4 /dev/c0ffee/upper rw",
            "31 30 8:1 /s/containers/c0ffee/hosts /mnt rw - ext4 /dev/sda1 rw",
        ] {
            assert!(!case(other), "{other}");
        }
    }
}
