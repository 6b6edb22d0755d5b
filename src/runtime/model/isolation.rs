//! What surrounds the process: name, mounts, network, and how far it is kept apart from the host.

use crate::runtime::cgroup::limits::Limits;
use crate::runtime::model::mount::Mount;
use crate::runtime::model::network::{Bridges, Network};
use crate::runtime::model::port::Port;
use crate::sys::process::identity::Process;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A container without its process. It is kept with the container's record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Isolation {
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
