//! The networks that a running container is attached to, as recorded in the run root.

use crate::runtime::model::network::NameServer;
use crate::runtime::network::netavark;
use crate::store::Store;
use crate::store::objects::networks::NetworkRecord;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use std::path::PathBuf;

/// A running container's attachments to its networks.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Attachments {
    pub container: String,
    pub name: String,
    pub networks: Vec<Attached>,
}

/// One of a container's attachments.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Attached {
    /// The network as it was at the attachment: the teardown undoes exactly that.
    pub network: NetworkRecord,
    /// The interface's name in the container.
    pub interface: String,
    /// One address for each subnet.
    pub addresses: Vec<IpAddr>,
    pub mac: String,
    pub aliases: Vec<String>,
}

/// The directory of these records, one `ID.json` for each container.
pub fn folder(store: &Store) -> PathBuf {
    store.run_root().join("networks")
}

impl Attachments {
    /// The same with only those attachments that `wanted` accepts.
    pub fn only(&self, wanted: impl Fn(&Attached) -> bool) -> Attachments {
        Attachments {
            networks: self
                .networks
                .iter()
                .filter(|attached| wanted(attached))
                .cloned()
                .collect(),
            ..self.clone()
        }
    }

    /// The servers that answer for container names.
    pub fn name_servers(&self) -> Vec<IpAddr> {
        let names = self.networks.iter().flat_map(Attached::names);
        names.map(|name| name.server).collect()
    }
}

impl Attached {
    /// The network's name servers, each with the container's address in its subnet.
    pub fn names(&self) -> impl Iterator<Item = NameServer> {
        let pairs = self.network.subnets.iter().zip(&self.addresses);
        let serves = self.network.dns && netavark::serves_names();
        pairs.filter(move |_| serves).map(|(subnet, address)| NameServer {
            server: subnet.gateway,
            address: *address,
        })
    }
}
