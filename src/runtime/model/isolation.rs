//! What surrounds the process: name, mounts, network, and how far it is kept apart from the host.

use crate::runtime::cgroup::limits::Limits;
use crate::runtime::network::netavark::Bridges;
use crate::runtime::network::ports::Port;
use crate::sys::process::identity::Process;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A container without its process. It is kept with the container's record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sandbox {
    /// The container's full ID.
    pub id: String,
    pub hostname: String,
    /// Whether the root is mounted read-only.
    pub read_only: bool,
    /// Nothing of /sys read-only, the host's devices; the capabilities and seccomp are the command's matter.
    pub privileged: bool,
    /// What cannot be read in it, and what cannot be written: absolute paths in it.
    pub masked: Vec<String>,
    pub read_only_paths: Vec<String>,
    /// Whether a tiny init runs the command as its child, reaps zombies and forwards signals.
    pub init: bool,
    /// In order; over the default ones.
    pub mounts: Vec<Mount>,
    pub network: Network,
    /// For [`Network::Bridge`].
    pub bridges: Option<Bridges>,
    /// Whether the address of the host's gateway is to lead to the host itself, for [`Network::Pasta`].
    pub host_gateway: bool,
    /// What the host listens for on the container's behalf.
    pub ports: Vec<Port>,
    pub pid: Namespace,
    pub ipc: Namespace,
    pub uts: Namespace,
    pub cgroup: Namespace,
    /// The first process of each container that a namespace is shared with.
    pub peers: BTreeMap<String, Process>,
    /// Bytes of /dev/shm; none: 64 MiB.
    pub shm_size: Option<u64>,
    pub limits: Limits,
    /// Of the container's own namespaces, over the default ones.
    pub sysctls: BTreeMap<String, String>,
    pub annotations: BTreeMap<String, String>,
}

/// One mount of the container's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mount {
    pub kind: MountKind,
    /// Absolute, in the container; made where it does not exist.
    pub destination: PathBuf,
    pub read_only: bool,
    /// Further options of mount(8), such as `nosuid` or `size=1m`.
    pub options: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MountKind {
    Bind {
        /// An absolute path on the host: a directory, a file, a socket or a device.
        source: PathBuf,
        /// Whether the mounts below `source` come along.
        recursive: bool,
        /// `rprivate`, `shared` and so on; none: `rprivate`.
        propagation: Option<String>,
        /// Whether its files have the container's ids where that has a user namespace of its own, and not the host's.
        map_ids: bool,
    },
    /// A device node of the host's, by its path, which works.
    Device {
        source: PathBuf,
    },
    Tmpfs,
}

/// Where the container's network comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Network {
    /// A network namespace with nothing but `lo`.
    None,
    Host,
    /// A network namespace that pasta(1) joins to the host's network.
    Pasta,
    /// A network namespace that is joined to bridges of the host's.
    Bridge(Vec<Endpoint>),
    /// That of another container, by full ID.
    Container(String),
}

/// A container's place in a network.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoint {
    /// The network's name.
    pub network: String,
    /// The addresses that it is to have; any others of the network's where none is given.
    pub addresses: Vec<std::net::IpAddr>,
    /// `02:00:00:00:00:01`
    pub mac: Option<String>,
    /// Further names by which others find it.
    pub aliases: Vec<String>,
}

/// Whose a namespace is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Namespace {
    #[default]
    Private,
    Host,
    /// That of another container, by full ID.
    Container(String),
}
