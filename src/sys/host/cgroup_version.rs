//! Which control groups this host has (cgroups(7)).

use rustix::fs::{FsWord, statfs};

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

/// linux/magic.h
const CGROUP2_SUPER_MAGIC: FsWord = 0x6367_7270;
const TMPFS_MAGIC: FsWord = 0x0102_1994;

/// What is mounted now, as this process sees it.
pub fn version() -> Version {
    let magic = |path: &str| statfs(path).map(|fs| fs.f_type).ok();
    match magic("/sys/fs/cgroup") {
        Some(CGROUP2_SUPER_MAGIC) => Version::V2,
        Some(TMPFS_MAGIC) if magic("/sys/fs/cgroup/unified") == Some(CGROUP2_SUPER_MAGIC) => Version::Hybrid,
        Some(TMPFS_MAGIC) => Version::V1,
        _ => Version::Absent,
    }
}

/// Whether the kernel has cgroup v2, mounted or not.
pub fn kernel_has_v2() -> bool {
    std::fs::read_to_string("/proc/filesystems").is_ok_and(|list| list.lines().any(|line| line == "nodev\tcgroup2"))
}
