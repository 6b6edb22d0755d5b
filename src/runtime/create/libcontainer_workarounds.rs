//! What this program does differently because of libcontainer (0.7), and the upstream report that would make it
//! unnecessary.
//!
//! Here, as functions:
//!
//! - [`fake_cgroup`], [`show_cgroup_v2`]: libcontainer always makes a cgroup and joins it. Upstream:
//!   youki-dev/youki#2892 (an option to leave cgroups alone), youki-dev/youki#3144 (no cgroup for an ordinary user).
//! - [`builder`]: it changes the current directory and goes back to it. Upstream: youki-dev/youki#2772.
//! - [`build`]: a panic in a process that it forked unwinds into its caller's frames; its outer errors say nothing, and
//!   an error of its cleanup is appended to the one that matters. Not reported yet.
//! - [`child`]: it leaves the calling process non-dumpable. Not reported yet.
//! - [`ExecDirectory`]: an exec leaves a socket in the container's state directory. Not reported yet.
//! - [`check_not_ended`]: an exec finds the container's namespaces by a pid, which may have become another process's.
//!   Not reported yet.
//!
//! Elsewhere, all not reported yet:
//!
//! - [`crate::runtime::create::executor`]: its executor gives an exec no seccomp filter, and more that is listed there.
//! - [`crate::runtime::create::executor::steps::Steps::clear_groups`]: without supplementary groups it keeps the
//!   caller's.
//! - [`crate::runtime::create::stdio::dev_null`]: it replaces the host's /dev/null for the first process only, and for
//!   reading only.
//! - [`crate::runtime::create::spec::container_spec::process`]: `no_new_privileges: false` counts as true.
//! - [`crate::runtime::create::spec::mounts`]: a mount of type `cgroup` follows the version that this process sees, not
//!   the kernel's.
//! - [`crate::runtime::create::check`]: it makes the default devices by joining paths, so a symlink /dev of the image
//!   leads to the host; for ids and OOM scores that the kernel refuses it gives no reason.
//! - [`crate::runtime::rootfs::mounts`]: it resolves mount points by path, with /proc mounted already, and does not say
//!   why a mount failed.

use crate::runtime::model::run_dir::{EXEC_PREFIX, STATE};
use crate::sys::files::filesystem;
use crate::sys::mount::tree;
use crate::sys::process::identity::Process;
use crate::sys::process::own_namespaces;
use crate::sys::process::{fork, identity};
use crate::sys::userns::enter::Mapping;
use anyhow::{Context, Result, anyhow};
use libcontainer::container::builder::ContainerBuilder;
use libcontainer::error::LibcontainerError;
use libcontainer::syscall::syscall::SyscallType;
use rustix::mount::MountFlags;
use rustix::thread::UnshareFlags;
use std::fs;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

const CGROUP_ROOT: &str = "/sys/fs/cgroup";

/// Why a container cannot be entered any more.
pub const CONTAINER_ENDED: &str = "the container has ended";

/// Makes `dir` (absolute) look like a cgroup to libcontainer, and returns the path of that cgroup.
///
/// A container without limits needs no cgroup: to make one, move a process into it and remove it again would take as
/// long as the rest of a start, and an ordinary user may not do it on most hosts. A container with limits has one that
/// lamel makes ([`crate::runtime::cgroup::container_cgroup`]). So libcontainer is given a path that leads out of
/// /sys/fs/cgroup to a directory of the container: since it exists, libcontainer makes nothing, and it joins the
/// "cgroup" by writing to a file that is /dev/null. That works with cgroup v2; on a host with v1 libcontainer is shown
/// v2 ([`show_cgroup_v2`]).
pub fn fake_cgroup(dir: &Path) -> Result<PathBuf> {
    symlink("/dev/null", dir.join("cgroup.procs")).with_context(|| format!("writing to {}", dir.display()))?;
    Ok(path_from_cgroup_root(dir))
}

/// The path of `dir` as a path below [`CGROUP_ROOT`].
fn path_from_cgroup_root(dir: &Path) -> PathBuf {
    let up = Path::new(CGROUP_ROOT).components().skip(1).map(|_| "..");
    let down = dir.strip_prefix("/").unwrap_or(dir);
    Path::new("/").join(up.collect::<PathBuf>()).join(down)
}

/// Mounts cgroup v2 at /sys/fs/cgroup if something else is there. This process must have a mount namespace of its own.
pub fn show_cgroup_v2(mapping: Mapping) -> Result<()> {
    if filesystem::at(CGROUP_ROOT) == Some(filesystem::CGROUP2) {
        return Ok(());
    }
    if mapping != Mapping::Host {
        // A user namespace may mount only the cgroup namespace that belongs to it.
        own_namespaces::unshare(UnshareFlags::NEWCGROUP).context("making a cgroup namespace")?;
    }
    let flags = MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOEXEC | MountFlags::RDONLY;
    tree::filesystem("cgroup2", Path::new(CGROUP_ROOT), flags, "")
        .with_context(|| format!("mounting cgroup2 over {CGROUP_ROOT}: the kernel must have it (CONFIG_CGROUPS)"))
}

/// A builder with its state in `run_dir`. Changes the current directory to the root: libcontainer leaves the current
/// directory and goes back to it, which fails if it has been removed or (after `su`) is closed to this user.
pub fn builder(run_dir: &Path) -> Result<ContainerBuilder> {
    rustix::process::chdir("/").context("leaving the current directory")?;
    ContainerBuilder::new(STATE.to_owned(), SyscallType::default())
        .with_root_path(run_dir)
        .map_err(|error| error_of(&error))
}

/// Calls `build`, in which libcontainer forks.
pub fn build<T>(build: impl FnOnce() -> Result<T, LibcontainerError>) -> Result<T> {
    fork::confine_panics(build).map_err(|error| error_of(&error))
}

/// libcontainer's error with its causes, on one line.
pub fn error_of(error: &dyn std::error::Error) -> anyhow::Error {
    let mut parts = vec![error.to_string()];
    let mut next = error.source();
    while let Some(source) = next {
        let text = source.to_string();
        if parts.last() != Some(&text) {
            parts.push(text);
        }
        next = source.source();
    }
    let text = parts.join(": ").replace('\n', " ");
    // What its cleanup cannot remove (the fake cgroup), lamel removes.
    let cause = text.split(". error during cleanup: ").next();
    anyhow!("{}", cause.unwrap_or_default().to_owned())
}

/// The child with this pid, which libcontainer has forked, and its pidfd.
pub fn child(pid: Option<i32>) -> Result<(Process, OwnedFd)> {
    // libcontainer makes this process non-dumpable, to be safe while it joins other namespaces. It is in none of them
    // now, and the files of a non-dumpable process in /proc belong to root, not to its user.
    identity::allow_dump();
    let pid = pid.context("the container has no process")?;
    // The pid cannot be another process's: nobody else waits for this child.
    let process = Process::find(pid).context("the container's process is not to be found in /proc")?;
    let pidfd = rustix::process::pidfd_open(
        rustix::process::Pid::from_raw(pid).context("the container has no process")?,
        rustix::process::PidfdFlags::empty(),
    )
    .context("opening the container's process")?;
    Ok((process, pidfd))
}

/// An error if the process behind `init`, a container's first one, has ended. Called in a process that has joined the
/// namespaces of its pid: while it has not ended, the pid has not been given to another process.
pub fn check_not_ended(init: &OwnedFd) -> io::Result<()> {
    match identity::has_ended(init)? {
        false => Ok(()),
        true => Err(io::Error::other(CONTAINER_ENDED)),
    }
}

/// `exec-PID` in a container's run directory: what one exec needs until its process runs, with a copy of libcontainer's
/// state, beside which libcontainer leaves a socket for each exec. Dropping it removes it.
pub struct ExecDirectory(PathBuf);

impl ExecDirectory {
    pub fn make(run_dir: &Path) -> Result<ExecDirectory> {
        let path = run_dir.join(format!("{EXEC_PREFIX}{}", std::process::id()));
        // A killed process that had this pid may have left its own.
        let _ = fs::remove_dir_all(&path);
        let state = path.join(STATE);
        fs::create_dir_all(&state).with_context(|| format!("making {}", state.display()))?;
        let directory = ExecDirectory(path);
        let from = run_dir.join(STATE).join("state.json");
        fs::copy(&from, state.join("state.json")).with_context(|| format!("reading {}", from.display()))?;
        Ok(directory)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for ExecDirectory {
    fn drop(&mut self) {
        // If this fails, it is removed with the container.
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_of_the_fake_cgroup_leads_out_of_sys_fs_cgroup() {
        let path = path_from_cgroup_root(Path::new("/run/c/bundle"));
        assert_eq!(path, Path::new("/../../../run/c/bundle"));
        let seen_by_libcontainer = Path::new(CGROUP_ROOT).join(path.strip_prefix("/").unwrap());
        assert_eq!(seen_by_libcontainer, Path::new("/sys/fs/cgroup/../../../run/c/bundle"));
    }
}
