//! Which control groups this host has (cgroups(7)).

use crate::sys::files::filesystem::{self, CGROUP2, TMPFS};

/// How controllers are mounted under /sys/fs/cgroup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// A hierarchy for each controller.
    V1,
    /// As in v1, and a v2 hierarchy without controllers beside them.
    Hybrid,
    /// One hierarchy for all.
    V2,
    /// Nothing is mounted there.
    Absent,
}

/// What is mounted now, as this process sees it.
pub fn version() -> Version {
    match filesystem::at("/sys/fs/cgroup") {
        Some(CGROUP2) => Version::V2,
        Some(TMPFS) if filesystem::at("/sys/fs/cgroup/unified") == Some(CGROUP2) => Version::Hybrid,
        Some(TMPFS) => Version::V1,
        _ => Version::Absent,
    }
}

/// Whether the kernel has cgroup v2, mounted or not.
pub fn kernel_has_v2() -> bool {
    std::fs::read_to_string("/proc/filesystems").is_ok_and(|list| list.lines().any(|line| line == "nodev\tcgroup2"))
}
