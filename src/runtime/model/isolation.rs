//! The isolation settings of a container: host name, mounts, network, and how far it is isolated from the host.

use crate::runtime::model::limits::Limits;
use crate::runtime::model::mount::Mount;
use crate::runtime::model::network::{Bridges, Network};
use crate::runtime::model::port::Port;
use crate::sys::process::identity::Process;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A container but for its process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Isolation {
    /// The container's full ID.
    pub id: String,
    pub hostname: String,
    /// Whether the root is mounted read-only.
    pub read_only: bool,
    /// Whether /sys is writable and the host's devices are there. Capabilities and seccomp are settings of the command.
    pub privileged: bool,
    /// Absolute paths in the container that cannot be read.
    pub masked: Vec<String>,
    /// Absolute paths in the container that cannot be written.
    pub read_only_paths: Vec<String>,
    /// Whether an init runs the command as its child, reaps zombies and forwards signals.
    pub init: bool,
    /// Made in this order, after the default mounts.
    pub mounts: Vec<Mount>,
    pub network: Network,
    /// For [`Network::Bridge`].
    pub bridges: Option<Bridges>,
    /// For [`Network::Pasta`]: whether the gateway's address leads to the host itself.
    pub host_gateway: bool,
    /// The published ports.
    pub ports: Vec<Port>,
    pub pid: Namespace,
    pub ipc: Namespace,
    pub uts: Namespace,
    pub cgroup: Namespace,
    /// The first processes of the containers whose namespaces this one shares, by their IDs.
    pub shared_namespaces: BTreeMap<String, Process>,
    /// The size of /dev/shm in bytes; none: 64 MiB.
    pub shm_size: Option<u64>,
    pub limits: Limits,
    /// Parameters of the container's own namespaces, in addition to the default ones.
    pub sysctls: BTreeMap<String, String>,
    pub annotations: BTreeMap<String, String>,
}

/// Which namespace of a kind the container is in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Namespace {
    #[default]
    Private,
    Host,
    /// The namespace of another container, by full ID.
    Container(String),
}
