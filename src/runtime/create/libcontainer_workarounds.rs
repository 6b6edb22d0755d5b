//! Keeping libcontainer away from the host's cgroups.
//!
//! Nothing is limited, so no cgroup is needed: making one, moving a process into it and removing it again would cost
//! as much as all the rest of a start, and an ordinary user may not do it on most hosts. libcontainer cannot be told.
//! So the container's cgroup is named by a path that leads out of /sys/fs/cgroup, to a directory of the container's
//! own: it exists, so nothing is made, and what "joins" it writes to a file that is /dev/null. That holds for cgroup
//! v2; on a host with v1, libcontainer is shown v2, in this process's own mount namespace.

use crate::sys::mount;
use crate::sys::userns::enter::Mapping;
use anyhow::{Context, Result};
use rustix::mount::MountFlags;
use rustix::thread::UnshareFlags;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

const ROOT: &str = "/sys/fs/cgroup";
const CGROUP2_MAGIC: i64 = 0x6367_7270;

/// Whether the kernel has cgroup v2.
pub fn has_version_2() -> bool {
    std::fs::read_to_string("/proc/filesystems").is_ok_and(|list| list.lines().any(|line| line == "nodev\tcgroup2"))
}

/// Makes `dir` (absolute) look like a cgroup to libcontainer; returns the path of that cgroup.
pub fn pretend(dir: &Path) -> Result<PathBuf> {
    symlink("/dev/null", dir.join("cgroup.procs")).with_context(|| format!("writing to {}", dir.display()))?;
    Ok(path_to(dir))
}

/// From [`ROOT`] to `dir`, in the form of a cgroup's path.
fn path_to(dir: &Path) -> PathBuf {
    let up = Path::new(ROOT).components().skip(1).map(|_| "..");
    let down = dir.strip_prefix("/").unwrap_or(dir);
    Path::new("/").join(up.collect::<PathBuf>()).join(down)
}

/// Makes libcontainer see cgroup v2. This process must have a mount namespace of its own.
pub fn show_version_2(mapping: Mapping) -> Result<()> {
    if rustix::fs::statfs(ROOT).is_ok_and(|stat| stat.f_type == CGROUP2_MAGIC) {
        return Ok(());
    }
    if mapping != Mapping::Host {
        // In a user namespace only what belongs to it can be mounted.
        mount::unshare(UnshareFlags::NEWCGROUP).context("making a cgroup namespace")?;
    }
    let flags = MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOEXEC | MountFlags::RDONLY;
    mount::filesystem("cgroup2", Path::new(ROOT), flags, "")
        .with_context(|| format!("mounting cgroup2 over {ROOT}: the kernel must have it (CONFIG_CGROUPS)"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_leads_out_of_the_tree_to_the_directory() {
        assert_eq!(path_to(Path::new("/run/c/bundle")), Path::new("/../../../run/c/bundle"));
        let seen_by_libcontainer = Path::new(ROOT).join("../../../run/c/bundle");
        assert_eq!(seen_by_libcontainer, Path::new("/sys/fs/cgroup/../../../run/c/bundle"));
    }
}
