//! How a container is connected: its network, and its part in the networks that are bridges.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

/// The address at which the relay reaches a container without a network. Not the loopback address: a program may trust
/// whoever comes from there, and may not mean to be published when it listens there (CVE-2021-20199).
pub const NO_NETWORK_ADDRESS: Ipv4Addr = Ipv4Addr::new(10, 0, 2, 100);

/// Where the container's network comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Network {
    /// A network namespace with nothing but `lo`.
    None,
    Host,
    /// A network namespace that pasta(1) connects with the host's network.
    Pasta,
    /// A network namespace that is connected with bridges of the host.
    Bridge(Vec<Endpoint>),
    /// The network namespace of another container, by full ID.
    Container(String),
}

/// A container's membership in a network.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoint {
    /// The network's name.
    pub network: String,
    /// The addresses that the user asked for; where there is none of a family, the network's next free one is chosen.
    pub addresses: Vec<IpAddr>,
    /// `02:00:00:00:00:01`
    pub mac: Option<String>,
    /// Further names by which other containers of the network find it.
    pub aliases: Vec<String>,
}

/// How netavark connects a container with its bridges.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bridges {
    /// netavark's options (`types::NetworkOptions` in its sources) without the ports.
    pub options: Value,
    /// The names of the interfaces in the container.
    pub interfaces: Vec<String>,
    /// The names of the bridges on the host.
    pub bridges: Vec<String>,
    /// The name servers that must know the container before its program runs.
    pub names: Vec<NameServer>,
    /// netavark's directory in the run root, for all containers of a store.
    pub state: PathBuf,
}

/// A name server, and the container's address that it answers with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameServer {
    pub server: IpAddr,
    pub address: IpAddr,
}
