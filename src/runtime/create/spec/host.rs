//! What the specification depends on outside the container.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// Facts about the host and about what has been made for the container.
#[derive(Debug, Clone, Default)]
pub struct HostFacts {
    /// Whether the kernel has cgroup v2, to show the container its own cgroup.
    pub cgroup2: bool,
    /// What libcontainer takes for the container's cgroup.
    pub cgroup: PathBuf,
    /// This program's file, for `--init`.
    pub executable: PathBuf,
    /// The container's own user namespace, if this process is not in it.
    pub user_namespace: Option<PathBuf>,
    /// The network namespace, if it exists already.
    pub network_namespace: Option<PathBuf>,
    /// Whether the host has /dev/mqueue mounted, for a container in the host's IPC namespace.
    pub mqueue: bool,
    /// The directories of namespaces (/proc/PID/ns) of the containers whose namespaces this one shares, by their IDs.
    pub shared_namespaces: BTreeMap<String, PathBuf>,
    /// The copy of another container's /dev/shm, if this one shares its IPC namespace.
    pub shared_memory: Option<PathBuf>,
    /// The host's devices, for a privileged container.
    pub devices: Vec<Device>,
}

/// A device node of the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Absolute, below /dev.
    pub path: PathBuf,
    pub block: bool,
    pub major: u32,
    pub minor: u32,
    pub mode: u32,
    pub uid: u32,
    pub gid: u32,
}
