//! What is looked at before a container is made: what would lead out of its root, and common mistakes that libcontainer
//! refuses without a reason. Where mounts go is the matter of [`crate::runtime::rootfs::mounts`].

use crate::runtime::model::command::{Command, UserIds};
use crate::sys::files::rooted;
use crate::sys::ids::id_maps::IdMaps;
use crate::sys::userns::enter::Mapping;
use anyhow::{Context, Result, bail};
use rustix::fs::{Mode, OFlags};
use std::fs::{self, File};
use std::io;
use std::os::fd::AsFd;
use std::path::Path;

/// libcontainer makes the default devices and links by joining paths to the root's, so /dev must not lead anywhere:
/// as a symlink of the image's it would lead to the host's directory of that name. The other two are checked by
/// libcontainer where it mounts them, but not when the host's /sys is bound.
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

/// Whether the whole of a proc filesystem is at /proc in a container's root, and nothing covers it (CVE-2019-16884):
/// libcontainer, and what confines a process, find their way by it.
pub fn has_proc(root: impl AsFd) -> bool {
    const PROC_SUPER_MAGIC: i64 = 0x9fa0;
    const PROC_ROOT_INO: u64 = 1;
    rooted::open(root, "/proc", OFlags::PATH, Mode::empty()).is_ok_and(|proc| {
        rustix::fs::fstatfs(&proc).is_ok_and(|fs| fs.f_type == PROC_SUPER_MAGIC)
            && rustix::fs::fstat(&proc).is_ok_and(|stat| stat.st_ino == PROC_ROOT_INO)
    })
}

/// More mercy than this process has itself takes CAP_SYS_RESOURCE of the host (proc(5), /proc/pid/oom_score_adj).
pub fn oom_score(command: &Command) -> Result<()> {
    let Some(wanted) = command.oom_score_adj else {
        return Ok(());
    };
    const FILE: &str = "/proc/self/oom_score_adj";
    let own = fs::read_to_string(FILE).unwrap_or_default();
    if wanted >= own.trim().parse::<i32>().unwrap_or(0) {
        return Ok(());
    }
    // Asked of the kernel, and taken back.
    let granted = fs::write(FILE, wanted.to_string());
    granted.with_context(|| {
        format!(
            "--oom-score-adj {wanted} cannot be honoured: this user's least is {}",
            own.trim()
        )
    })?;
    fs::write(FILE, own).context(FILE)
}

/// Every id must be in the user namespace, or setting it fails without a reason. `maps`: that of the container's own,
/// where it has one.
pub fn ids(command: &Command, mapping: Mapping, maps: Option<&IdMaps>) -> Result<()> {
    let UserIds {
        uid, gid, additional, ..
    } = &command.user;
    let gids = [&[*gid], additional.as_slice()].concat();
    match (maps, mapping) {
        (Some(maps), _) => maps.check_ids(*uid, &gids),
        (None, Mapping::Subordinate) => IdMaps::of_process("self")?.check_ids(*uid, &gids),
        // All, or one: that the specification minds.
        (None, Mapping::Host | Mapping::Single) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dev_that_leads_elsewhere_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        root(dir.path()).unwrap();
        std::os::unix::fs::symlink("/etc", dir.path().join("dev")).unwrap();
        assert_eq!(
            root(dir.path()).unwrap_err().to_string(),
            "the image's /dev is not a directory, so nothing can be mounted there"
        );
    }
}
