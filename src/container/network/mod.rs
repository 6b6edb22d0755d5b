//! Networks: bridges on the host that containers join.
//!
//! A network is a record in the store. A container's configuration names its networks. While it runs, its addresses on
//! them are recorded in the run root ([`addresses`]).

pub mod addresses;
pub mod attachments;
pub mod bridges;
pub mod connect;
pub mod etc;
pub mod subnets;

use crate::container::config::Config;
use crate::container::config::users::Users;
use crate::container::network::subnets::Wanted;
use crate::runtime::model::network::{Endpoint, Network};
use crate::runtime::network::netavark::check as check_bridge;
use crate::store::Store;
use crate::store::objects::networks::{NetworkRecord, Subnet};
use anyhow::{Context, Error, Result, bail, ensure};
use chrono::{SecondsFormat, Utc};
use std::collections::BTreeMap;

/// The name of the network that `--network bridge` means. It is made when it is first used.
pub const DEFAULT: &str = "bridge";

/// Names that `--network` gives another meaning.
const RESERVED: [&str; 6] = ["none", "host", "pasta", "default", "container", "private"];

/// netavark's options (`bridge.rs` in its sources), under its own names and Docker's.
const OPTIONS: [(&str, &str); 5] = [
    ("mtu", "mtu"),
    ("com.docker.network.driver.mtu", "mtu"),
    ("isolate", "isolate"),
    ("metric", "metric"),
    ("com.docker.network.bridge.name", "bridge"),
];

/// Makes a network; synced.
pub fn create(store: &Store, wanted: Wanted) -> Result<NetworkRecord> {
    check_bridge()?;
    let name = wanted.name.clone();
    ensure!(
        !RESERVED.contains(&&*name),
        "invalid network name {name:?}: it is reserved"
    );
    match add(store, wanted)? {
        Some(record) => Ok(record),
        None => bail!("network with name {name} already exists"),
    }
}

/// Makes a network; `None` where one of that name exists.
fn add(store: &Store, wanted: Wanted) -> Result<Option<NetworkRecord>> {
    let lock = store.lock_networks()?;
    let others = store.networks()?;
    let mut options = BTreeMap::new();
    let mut interface = wanted.interface.clone();
    for (key, value) in &wanted.options {
        match OPTIONS.iter().find(|(known, _)| known == key) {
            Some((_, "bridge")) => interface = Some(value.clone()),
            Some((_, name)) => drop(options.insert((*name).to_owned(), value.clone())),
            None => bail!("unknown network option {key:?}: known are mtu, isolate and metric"),
        }
    }
    let record = NetworkRecord {
        id: Store::new_network_id(),
        created: Utc::now().to_rfc3339_opts(SecondsFormat::Nanos, true),
        interface: subnets::interface(interface, &others)?,
        subnets: subnets::choose(&wanted, &others)?,
        name: wanted.name,
        internal: wanted.internal,
        dns: wanted.dns,
        labels: wanted.labels,
        options,
    };
    Ok(store.create_network(&lock, &record)?.then_some(record))
}

/// Finds a network by name or ID.
pub fn find(store: &Store, name: &str) -> Result<NetworkRecord> {
    store
        .network(name)?
        .with_context(|| format!("network {name} not found"))
}

/// The same, but makes the default network if it is missing.
fn find_or_default(store: &Store, name: &str) -> Result<NetworkRecord> {
    if name == DEFAULT && store.network(name)?.is_none() {
        let wanted = Wanted {
            name: name.to_owned(),
            ..Wanted::default()
        };
        // Another command may have made it meanwhile.
        add(store, wanted)?;
    }
    find(store, name)
}

/// The containers of each network, by its name: those whose configuration names it.
pub fn used(store: &Store) -> Result<Users> {
    Users::read(store, |record| {
        let endpoints = match Config::part(record, "network")? {
            Some(Network::Bridge(endpoints)) => endpoints,
            _ => Vec::new(),
        };
        Ok(endpoints.into_iter().map(|endpoint| endpoint.network).collect())
    })
}

/// Removes a network that no container's configuration names. Returns its name.
pub fn remove(store: &Store, name: &str) -> Result<String> {
    // Under this lock no container is being made.
    let _lock = store.lock_sweep()?;
    let record = find(store, name)?;
    let used = used(store)?;
    let users: Vec<_> = used
        .users_of(&record.name)
        .iter()
        .map(|user| user.name.as_str())
        .collect();
    if !users.is_empty() {
        bail!("network {} is used by containers: {}", record.name, users.join(", "));
    }
    used.check().with_context(|| format!("network {}", record.name))?;
    store.remove_network(&record.name)?;
    Ok(record.name)
}

/// Removes the networks that no container's configuration names and that `wanted` accepts. Returns their names. If a
/// container's record cannot be read, it may use any network: then none is removed, and `kept` is called with the
/// reason.
pub fn prune(
    store: &Store,
    wanted: &dyn Fn(&NetworkRecord) -> bool,
    kept: &mut dyn FnMut(Error),
) -> Result<Vec<String>> {
    let used = used(store)?;
    let mut gone = Vec::new();
    for record in store.networks()? {
        if record.name != DEFAULT && !used.may_use(&record.name) && wanted(&record) {
            // A network that came into use meanwhile stays.
            gone.extend(remove(store, &record.name).ok());
        }
    }
    used.tell(&mut |error| kept(error.context("no network is removed, since any may be in use")));
    Ok(gone)
}

/// Checks the networks that a new container asks for, and replaces IDs by names. Called under the `use` lock, so that
/// no network is removed before the container is recorded.
pub fn check(store: &Store, network: &mut Network) -> Result<()> {
    let Network::Bridge(endpoints) = network else {
        return Ok(());
    };
    check_bridge()?;
    for at in 0..endpoints.len() {
        let record = find_or_default(store, &endpoints[at].network)?;
        ensure!(
            endpoints[..at].iter().all(|other| other.network != record.name),
            "network {} is given twice",
            record.name
        );
        endpoints[at].network = record.name.clone();
        check_addresses(&record, &endpoints[at])?;
    }
    Ok(())
}

/// An error where an address that was asked for is in none of the network's subnets.
fn check_addresses(record: &NetworkRecord, endpoint: &Endpoint) -> Result<()> {
    for address in &endpoint.addresses {
        let is_in = |subnet: &Subnet| subnet.subnet.contains(address);
        ensure!(
            record.subnets.iter().any(is_in),
            "network {} has no address {address}: its subnets are {}",
            record.name,
            subnets::listed(record)
        );
    }
    Ok(())
}
