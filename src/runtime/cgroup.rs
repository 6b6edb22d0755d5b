//! Keeping libcontainer away from the host's cgroups.
//!
//! Nothing is limited, so no cgroup is needed: making one, moving a process into it and removing it again would cost
//! as much as all the rest of a start, and an ordinary user may not do it on most hosts. libcontainer cannot be told;
//! it looks at what is mounted at /sys/fs/cgroup, so that is changed, in this process's own mount namespace.

use crate::sys::mount;
use crate::sys::userns::Mapping;
use anyhow::{Context, Result};
use rustix::mount::{MountAttrFlags, MountFlags};
use rustix::thread::UnshareFlags;
use std::path::Path;

const ROOT: &str = "/sys/fs/cgroup";
const CGROUP2_MAGIC: i64 = 0x6367_7270;

/// Whether the kernel has cgroup v2.
pub fn has_version_2() -> bool {
    std::fs::read_to_string("/proc/filesystems").is_ok_and(|list| list.lines().any(|line| line == "nodev\tcgroup2"))
}

/// Makes libcontainer see cgroups that it leaves alone. This process must have a mount namespace of its own.
pub fn hide(mapping: Mapping) -> Result<()> {
    let root = Path::new(ROOT);
    let quiet = MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOEXEC;
    if mapping == Mapping::Host {
        // An empty v1 tree: no controller is mounted, so there is nothing to join. The mounts must be gone, not just
        // hidden: libcontainer finds them in /proc/self/mountinfo.
        let _ = mount::detach(root);
        return mount::filesystem("tmpfs", root, quiet | MountFlags::RDONLY, "size=4k,mode=755")
            .with_context(|| format!("mounting over {ROOT}"));
    }
    // Inside a user namespace the host's mounts cannot be taken away, but there libcontainer goes on without a cgroup
    // where cgroup v2 is read-only.
    let is_version_2 = rustix::fs::statfs(root).is_ok_and(|stat| stat.f_type == CGROUP2_MAGIC);
    if is_version_2 {
        mount::bind(root, root).with_context(|| format!("mounting {ROOT}"))?;
        return mount::restrict(root, MountAttrFlags::MOUNT_ATTR_RDONLY)
            .with_context(|| format!("making {ROOT} read-only"));
    }
    mount::unshare(UnshareFlags::NEWCGROUP).context("making a cgroup namespace")?;
    mount::filesystem("cgroup2", root, quiet | MountFlags::RDONLY, "")
        .with_context(|| format!("mounting cgroup2 over {ROOT}"))
}
