//! Networks that containers share: a small record each.

use crate::store::Store;
use crate::sys::files::lock::Lock;
use crate::sys::files::random_name::random_name;
use anyhow::{Context, ensure};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::IpAddr;

const FOLDER: &str = "networks";

/// What is recorded of a network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NetworkRecord {
    pub name: String,
    /// 64 hexadecimal digits.
    pub id: String,
    /// RFC 3339.
    pub created: String,
    /// The bridge's name on the host.
    pub interface: String,
    pub subnets: Vec<Subnet>,
    /// Whether it leads nowhere but to its containers.
    pub internal: bool,
    /// Whether its containers find each other by name.
    pub dns: bool,
    pub labels: BTreeMap<String, String>,
    /// `mtu` and the like, as they were given.
    pub options: BTreeMap<String, String>,
}

impl NetworkRecord {
    /// Whether it has a subnet of IPv6.
    pub fn has_ipv6(&self) -> bool {
        self.subnets.iter().any(|subnet| subnet.gateway.is_ipv6())
    }
}

/// The addresses of a network's containers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Subnet {
    pub subnet: IpNet,
    /// The bridge's own.
    pub gateway: IpAddr,
    /// Containers get addresses out of this alone, where it is given.
    pub range: Option<IpNet>,
}

fn path(name: &str) -> String {
    format!("{FOLDER}/{name}.json")
}

/// As a volume's, shorter by the file's ending and by what netavark adds.
fn is_name(name: &str) -> bool {
    name.len() <= 200 && crate::store::objects::volumes::is_name(name)
}

impl Store {
    /// Held while it is looked which networks there are and one is added, so that no two get the same subnet.
    pub fn lock_networks(&self) -> anyhow::Result<Lock> {
        // A store that was made by an earlier version has none.
        self.dir.make_dir(FOLDER, 0o700)?;
        self.dir.lock_dir(FOLDER).context("waiting for the networks")
    }

    /// Records a network, synced; false where there is one of the name.
    pub fn create_network(&self, _lock: &Lock, record: &NetworkRecord) -> anyhow::Result<bool> {
        let name = &record.name;
        ensure!(
            is_name(name),
            "invalid network name {name:?}: letters, digits, and then also _ . - are allowed"
        );
        if self.dir.exists(&path(name))? {
            return Ok(false);
        }
        self.dir.put_record(&path(name), record, true)?;
        Ok(true)
    }

    /// The network of this name, or of an ID that begins so, if there is one.
    pub fn network(&self, name: &str) -> anyhow::Result<Option<NetworkRecord>> {
        if is_name(name)
            && let Some(record) = self.dir.record(&path(name))?
        {
            return Ok(Some(record));
        }
        let mut found = self
            .networks()?
            .into_iter()
            .filter(|record| record.id.starts_with(name));
        let first = found.next().filter(|_| !name.is_empty());
        ensure!(
            found.next().is_none() || first.is_none(),
            "network ID {name} is ambiguous"
        );
        Ok(first)
    }

    /// All networks, by name.
    pub fn networks(&self) -> anyhow::Result<Vec<NetworkRecord>> {
        let mut names = self.dir.list(FOLDER)?;
        names.sort();
        let mut networks = Vec::new();
        for name in names {
            networks.extend(self.dir.record::<NetworkRecord>(&format!("{FOLDER}/{name}"))?);
        }
        Ok(networks)
    }

    /// The names of all networks, sorted. No record is read.
    pub fn network_names(&self) -> anyhow::Result<Vec<String>> {
        let files = self.dir.list(FOLDER)?;
        let mut names: Vec<String> = files
            .iter()
            .filter_map(|file| file.strip_suffix(".json"))
            .map(str::to_owned)
            .collect();
        names.sort();
        Ok(names)
    }

    /// Removes a network; false where there is none. The caller has seen under the sweep lock that no container uses it.
    pub fn remove_network(&self, name: &str) -> anyhow::Result<bool> {
        ensure!(is_name(name), "invalid network name {name:?}");
        self.dir.remove_file(&path(name))
    }

    /// An ID for a new network.
    pub fn new_network_id() -> String {
        (0..4).map(|_| random_name()).collect()
    }
}
