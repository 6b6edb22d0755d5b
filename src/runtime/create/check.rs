//! Checks before a process is started in a container: what would lead out of the container's root, and settings that
//! libcontainer refuses without a reason. Mounts are checked in [`crate::runtime::rootfs::mounts`].

use crate::runtime::model::command::{Command, UserIds};
use crate::sys::files::filesystem;
use crate::sys::files::rooted;
use crate::sys::ids::id_maps::IdMaps;
use crate::sys::userns::enter::Mapping;
use anyhow::{Context, Result, bail};
use rustix::fs::{Mode, OFlags};
use std::fs::{self, File};
use std::io;
use std::os::fd::AsFd;
use std::path::Path;

/// Checks that the image's /dev, /proc and /sys are directories, if they exist. libcontainer makes the default devices
/// at paths below the root's path, so a symlink /dev would lead to the host's directory. It checks the other two itself
/// when it mounts them, but not when it binds the host's /sys.
pub fn root(rootfs: &Path) -> Result<()> {
    let root = File::open(rootfs).with_context(|| format!("opening {}", rootfs.display()))?;
    for name in ["dev", "proc", "sys"] {
        match rooted::open_exact(&root, name, OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                bail!("the image's /{name} is not a directory, so nothing can be mounted there");
            }
            _ => {}
        }
    }
    Ok(())
}

/// Whether the root of a proc filesystem is at /proc in a container's root, and nothing covers it (CVE-2019-16884):
/// libcontainer and the steps that confine a process work through /proc/self.
pub fn has_proc(root: impl AsFd) -> bool {
    const PROC_ROOT_INO: u64 = 1;
    rooted::open(root, "/proc", OFlags::PATH, Mode::empty()).is_ok_and(|proc| {
        filesystem::of_file(&proc) == Some(filesystem::PROC)
            && rustix::fs::fstat(&proc).is_ok_and(|stat| stat.st_ino == PROC_ROOT_INO)
    })
}

/// Checks that the OOM score can be set: a value below this process's own needs CAP_SYS_RESOURCE on the host (proc(5),
/// /proc/pid/oom_score_adj).
pub fn oom_score(command: &Command) -> Result<()> {
    let Some(wanted) = command.oom_score_adj else {
        return Ok(());
    };
    const FILE: &str = "/proc/self/oom_score_adj";
    let own = fs::read_to_string(FILE).unwrap_or_default();
    if wanted >= own.trim().parse::<i32>().unwrap_or(0) {
        return Ok(());
    }
    // Only the kernel knows: set it, and set it back.
    let granted = fs::write(FILE, wanted.to_string());
    granted.with_context(|| {
        format!(
            "--oom-score-adj {wanted} cannot be honoured: this user's least is {}",
            own.trim()
        )
    })?;
    fs::write(FILE, own).context(FILE)
}

/// Checks that the command's ids exist in the container's user namespace. `maps`: of the container's own user
/// namespace, if this process is not in it.
pub fn ids(command: &Command, mapping: Mapping, maps: Option<&IdMaps>) -> Result<()> {
    let UserIds {
        uid, gid, additional, ..
    } = &command.user;
    let gids = [&[*gid], additional.as_slice()].concat();
    match (maps, mapping) {
        (Some(maps), _) => maps.check_ids(*uid, &gids),
        (None, Mapping::Subordinate) => IdMaps::of_process("self")?.check_ids(*uid, &gids),
        // All ids exist, or only one, which the specification checks.
        (None, Mapping::Host | Mapping::Single) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dev_that_is_a_symlink_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        root(dir.path()).unwrap();
        std::os::unix::fs::symlink("/etc", dir.path().join("dev")).unwrap();
        assert_eq!(
            root(dir.path()).unwrap_err().to_string(),
            "the image's /dev is not a directory, so nothing can be mounted there"
        );
    }
}
