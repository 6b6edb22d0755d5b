//! How a container is connected: its network, and its part in the networks that are bridges.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::net::IpAddr;
use std::path::PathBuf;

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
    pub addresses: Vec<IpAddr>,
    /// `02:00:00:00:00:01`
    pub mac: Option<String>,
    /// Further names by which others find it.
    pub aliases: Vec<String>,
}

/// What joins a container to its bridges.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bridges {
    /// netavark's own options (`types::NetworkOptions` in its sources), but for the ports.
    pub options: Value,
    /// The interfaces in the container.
    pub interfaces: Vec<String>,
    /// The bridges on the host.
    pub bridges: Vec<String>,
    /// Who is to know the container's name.
    pub names: Vec<NameServer>,
    /// netavark's directory, in the run root: for all containers of a store.
    pub state: PathBuf,
}

/// A server of names, and the address that it is to know the container by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameServer {
    pub server: IpAddr,
    pub address: IpAddr,
}
