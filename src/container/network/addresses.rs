//! A container's place in its networks while it runs: its addresses, recorded in the run root as `networks/ID.json`.
//!
//! Written before anything is made and removed after all was taken back, both under the lock on that directory, which is also
//! netavark's. The file of a container that no longer runs, whose supervisor was killed, is cleared by whoever comes next: the container's
//! own removal or next start, or another that is given addresses.

use crate::container::network::etc;
use crate::container::network::{DEFAULT, bridges, find, subnets};
use crate::container::{Container, is_running};
use crate::runtime::model::network::NameServer;
use crate::runtime::model::network::{Endpoint, Network};
use crate::runtime::network::netavark;
use crate::runtime::network::netavark::{NetavarkLock, lock};
use crate::runtime::network::ports::published;
use crate::store::Store;
use crate::store::objects::networks::NetworkRecord;
use crate::sys::files::atomic_file;
use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::ErrorKind;
use std::net::IpAddr;
use std::path::PathBuf;

/// Where a container is on its networks.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Place {
    pub container: String,
    pub name: String,
    pub networks: Vec<Attached>,
}

/// One of them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Attached {
    /// As it was then: it is taken back as it was made.
    pub network: NetworkRecord,
    /// In the container.
    pub interface: String,
    /// One for each subnet.
    pub addresses: Vec<IpAddr>,
    pub mac: String,
    pub aliases: Vec<String>,
}

pub fn folder(store: &Store) -> PathBuf {
    store.run_root().join("networks")
}

fn file(store: &Store, id: &str) -> PathBuf {
    folder(store).join(format!("{id}.json"))
}

/// Gives the container that is about to start its addresses; `None` where it is on no bridge.
pub fn take(store: &Store, container: &Container) -> Result<Option<Place>> {
    let Network::Bridge(_) = &container.config.host.network else {
        return Ok(None);
    };
    netavark::check()?;
    leave(store, container)?;
    let lock = lock(&folder(store))?;
    // Its networks are changed under this lock, and only as long as there is no place.
    let container = Container::find(store, &container.record.id)?;
    let Network::Bridge(endpoints) = &container.config.host.network else {
        return Ok(None);
    };
    let others = others(store, &lock)?;
    let mut place = Place {
        container: container.record.id.clone(),
        name: container.record.name.clone(),
        networks: Vec::new(),
    };
    for endpoint in endpoints {
        let record = of_container(find(store, &endpoint.network)?, &container);
        let attached = attach(&place, record, endpoint, &others)?;
        place.networks.push(attached);
    }
    place.write(store, &lock)?;
    Ok(Some(place))
}

/// The network as the container is to have it: the default one has names, as any other, where aardvark-dns is to ask the host's servers for it.
pub fn of_container(record: NetworkRecord, container: &Container) -> NetworkRecord {
    let asks = record.name == DEFAULT && etc::lacks_server(&container.config);
    NetworkRecord {
        dns: record.dns || asks,
        ..record
    }
}

/// Gives the container at `place` addresses in one more network.
pub fn attach(place: &Place, record: NetworkRecord, endpoint: &Endpoint, others: &[Place]) -> Result<Attached> {
    let taken = |address: &IpAddr| {
        let mut attached = others.iter().flat_map(|other| &other.networks);
        attached.any(|other| other.network.id == record.id && other.addresses.contains(address))
    };
    let mut addresses = Vec::new();
    for subnet in &record.subnets {
        let asked = endpoint
            .addresses
            .iter()
            .find(|address| subnet.subnet.contains(*address));
        let address = match asked {
            Some(address) if taken(address) || *address == subnet.gateway => {
                bail!("address {address} of network {} is in use", record.name)
            }
            Some(address) => Some(*address),
            None => subnets::hosts(subnet).find(|address| !taken(address)),
        };
        let none = || format!("network {} has no free address in {}", record.name, subnet.subnet);
        addresses.push(address.with_context(none)?);
    }
    let is_free = |interface: &String| {
        let mut others = place.networks.iter();
        others.all(|attached| attached.interface != *interface)
    };
    let mut interfaces = (0..).map(|number| format!("eth{number}"));
    Ok(Attached {
        mac: endpoint.mac.clone().unwrap_or_else(|| mac(&addresses)),
        interface: interfaces.find(is_free).expect("there is always one more"),
        aliases: endpoint.aliases.clone(),
        addresses,
        network: record,
    })
}

/// As Docker makes it of the address: what is on one bridge differs.
fn mac(addresses: &[IpAddr]) -> String {
    let bytes = match addresses.first() {
        Some(IpAddr::V4(address)) => address.octets(),
        Some(IpAddr::V6(address)) => {
            let octets = address.octets();
            [octets[12], octets[13], octets[14], octets[15]]
        }
        None => [0; 4],
    };
    let rest = bytes.map(|byte| format!("{byte:02x}")).join(":");
    format!("02:42:{rest}")
}

/// The places of all others that run. What one that was killed left is taken back.
pub fn others(store: &Store, lock: &NetavarkLock) -> Result<Vec<Place>> {
    let mut live = Vec::new();
    let mut dead = Vec::new();
    for entry in fs::read_dir(folder(store)).into_iter().flatten().flatten() {
        let Some(place) = read(entry.path())? else { continue };
        match is_running(store, &place.container)? {
            true => live.push(place),
            false => dead.push(place),
        }
    }
    for place in dead {
        // It is in nobody's way when this failed; whoever removes its container hears why.
        let _ = take_back(store, lock, &place, &live);
    }
    Ok(live)
}

fn read(path: PathBuf) -> Result<Option<Place>> {
    if path.extension().is_none_or(|extension| extension != "json") {
        return Ok(None);
    }
    match fs::read(&path) {
        Ok(text) => Ok(serde_json::from_slice(&text).ok()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| path.display().to_string()),
    }
}

/// Where the container with this ID is now, if it is on a bridge.
pub fn of(store: &Store, id: &str) -> Result<Option<Place>> {
    read(file(store, id))
}

/// Takes back what [`take`] and the start did. Called before the rest of the container's run state is cleared.
pub fn leave(store: &Store, container: &Container) -> Result<()> {
    match &container.config.host.network {
        Network::Bridge(_) => leave_all_of(store, &container.record.id),
        _ => Ok(()),
    }
}

/// Likewise, whatever the configuration of the container with this ID says.
pub fn leave_all_of(store: &Store, id: &str) -> Result<()> {
    if !folder(store).exists() {
        return Ok(());
    }
    let lock = lock(&folder(store))?;
    let Some(place) = of(store, id)? else {
        return Ok(());
    };
    let live = all_but(store, &place.container)?;
    take_back(store, &lock, &place, &live)
}

/// Takes back what containers that no longer run left, whatever became of their records. Goes on after a failure.
pub fn leave_all(store: &Store) -> Vec<Result<()>> {
    if !folder(store).exists() {
        return Vec::new();
    }
    let leave = || -> Result<Vec<Result<()>>> {
        let lock = lock(&folder(store))?;
        let mut places = all_but(store, "")?;
        let mut results = Vec::new();
        while let Some(place) = places.pop() {
            results.push(take_back(store, &lock, &place, &places));
        }
        Ok(results)
    };
    leave().unwrap_or_else(|error| vec![Err(error)])
}

/// All places but one's.
fn all_but(store: &Store, id: &str) -> Result<Vec<Place>> {
    let mut places = Vec::new();
    for entry in fs::read_dir(folder(store)).into_iter().flatten().flatten() {
        places.extend(read(entry.path())?.filter(|place| place.container != id));
    }
    Ok(places)
}

fn take_back(store: &Store, lock: &NetavarkLock, place: &Place, live: &[Place]) -> Result<()> {
    let run_dir = store.run_root().join("containers").join(&place.container);
    let shares = |other: &&Place| {
        let on = |network: &str| place.networks.iter().any(|attached| attached.network.id == network);
        other.networks.iter().any(|attached| on(&attached.network.id))
    };
    let others = live.iter().filter(shares).count();
    let left = netavark::teardown(
        lock,
        &bridges::of(store, place, &[]),
        &published(&run_dir),
        &run_dir,
        others,
    );
    let file = file(store, &place.container);
    fs::remove_file(&file).with_context(|| file.display().to_string())?;
    if live.is_empty() {
        netavark::clear(lock, &folder(store));
    }
    left.context("leaving the network")
}

impl Place {
    /// Replaced by rename: what it says was made is not to be lost with a process that is killed here.
    pub fn write(&self, store: &Store, _lock: &NetavarkLock) -> Result<()> {
        let file = file(store, &self.container);
        atomic_file::replace(&file, &serde_json::to_vec(self)?).with_context(|| file.display().to_string())
    }

    /// With only those of its networks that `wanted` keeps in.
    pub fn only(&self, wanted: impl Fn(&Attached) -> bool) -> Place {
        Place {
            networks: self
                .networks
                .iter()
                .filter(|attached| wanted(attached))
                .cloned()
                .collect(),
            ..self.clone()
        }
    }

    /// Where the containers' names are asked for, where they can be.
    pub fn name_servers(&self) -> Vec<IpAddr> {
        let names = self.networks.iter().flat_map(Attached::names);
        names.map(|name| name.server).collect()
    }
}

impl Attached {
    /// The network's servers of names, each with the container's address there.
    pub fn names(&self) -> impl Iterator<Item = NameServer> {
        let pairs = self.network.subnets.iter().zip(&self.addresses);
        let serves = self.network.dns && netavark::serves_names();
        pairs.filter(move |_| serves).map(|(subnet, address)| NameServer {
            server: subnet.gateway,
            address: *address,
        })
    }
}
