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
    /// The name of the bridge on the host.
    pub interface: String,
    pub subnets: Vec<Subnet>,
    /// Whether its containers reach each other only.
    pub internal: bool,
    /// Whether its containers find each other by name (aardvark-dns).
    pub dns: bool,
    pub labels: BTreeMap<String, String>,
    /// `mtu` and others, as the user gave them.
    pub options: BTreeMap<String, String>,
}

impl NetworkRecord {
    /// Whether it has an IPv6 subnet.
    pub fn has_ipv6(&self) -> bool {
        self.subnets.iter().any(|subnet| subnet.gateway.is_ipv6())
    }
}

/// A network's addresses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Subnet {
    pub subnet: IpNet,
    /// The bridge's own.
    pub gateway: IpAddr,
    /// Where it is given, containers get addresses in it only.
    pub range: Option<IpNet>,
}

fn path(name: &str) -> String {
    format!("{FOLDER}/{name}.json")
}

/// As a volume's name; shorter, because the file name has an extension and netavark adds to the name.
fn is_name(name: &str) -> bool {
    name.len() <= 200 && crate::store::objects::volumes::is_name(name)
}

impl Store {
    /// Waits for the lock that is held from listing the networks to adding one, so that no two get the same subnet.
    pub fn lock_networks(&self) -> anyhow::Result<Lock> {
        // A store that was made by an earlier version has no such folder.
        self.dir.make_dir(FOLDER, 0o700)?;
        self.dir.lock_dir(FOLDER).context("waiting for the networks")
    }

    /// Records a network, synced. False where the name is taken.
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

    /// The network with this name, or with an ID that starts with it.
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

    /// All networks, sorted by name.
    pub fn networks(&self) -> anyhow::Result<Vec<NetworkRecord>> {
        let mut names = self.dir.list(FOLDER)?;
        names.sort();
        let mut networks = Vec::new();
        for name in names {
            networks.extend(self.dir.record::<NetworkRecord>(&format!("{FOLDER}/{name}"))?);
        }
        Ok(networks)
    }

    /// The names of all networks, sorted. Reads no record.
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

    /// Removes a network. False where there is none. The caller has seen under the sweep lock that no container uses
    /// it.
    pub fn remove_network(&self, name: &str) -> anyhow::Result<bool> {
        ensure!(is_name(name), "invalid network name {name:?}");
        self.dir.remove_file(&path(name))
    }

    /// An ID for a new network.
    pub fn new_network_id() -> String {
        (0..4).map(|_| random_name()).collect()
    }
}
