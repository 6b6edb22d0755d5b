//! Giving a starting container its addresses on bridge networks, and taking them back.
//!
//! The addresses are recorded in the run root as `networks/ID.json`. The record is written before anything is made in
//! the kernel, and removed after everything was taken back, both under the lock on that directory, which is netavark's
//! lock as well. If a supervisor is killed, its record stays; whoever comes next clears it: the container's removal,
//! its next start, or another container that gets addresses.

use crate::container::network::attachments::{Attached, Attachments};
use crate::container::network::{DEFAULT, attachments, bridges, etc, find, subnets};
use crate::container::{Container, is_running};
use crate::runtime::model::network::{Endpoint, Network};
use crate::runtime::network::netavark;
use crate::runtime::network::netavark::{NetavarkLock, lock};
use crate::runtime::network::ports::published;
use crate::store::Store;
use crate::store::objects::networks::NetworkRecord;
use crate::sys::files::atomic_file;
use anyhow::{Context, Result, bail};
use std::fs;
use std::io::ErrorKind;
use std::net::IpAddr;
use std::path::PathBuf;

fn file(store: &Store, id: &str) -> PathBuf {
    attachments::folder(store).join(format!("{id}.json"))
}

/// Gives a container that is about to start its addresses; `None` where it is on no bridge network. Takes the lock of
/// the records.
pub fn take(store: &Store, container: &Container) -> Result<Option<Attachments>> {
    let Network::Bridge(_) = &container.config.host.network else {
        return Ok(None);
    };
    netavark::check()?;
    leave(store, container)?;
    let lock = lock(&attachments::folder(store))?;
    // `network connect` changes its networks under this lock, while there is no record of attachments. So they are read
    // again here.
    let container = Container::find(store, &container.record.id)?;
    let Network::Bridge(endpoints) = &container.config.host.network else {
        return Ok(None);
    };
    let others = others(store, &lock)?;
    let mut attachments = Attachments {
        container: container.record.id.clone(),
        name: container.record.name.clone(),
        networks: Vec::new(),
    };
    for endpoint in endpoints {
        let record = of_container(find(store, &endpoint.network)?, &container);
        let attached = attach(&attachments, record, endpoint, &others)?;
        attachments.networks.push(attached);
    }
    attachments.write(store, &lock)?;
    Ok(Some(attachments))
}

/// The network as this container joins it. The default network has no name server, as in Docker, unless the container
/// could reach no other: then aardvark-dns forwards its questions to the host's servers.
pub fn of_container(record: NetworkRecord, container: &Container) -> NetworkRecord {
    let asks = record.name == DEFAULT && etc::lacks_server(&container.config);
    NetworkRecord {
        dns: record.dns || asks,
        ..record
    }
}

/// Chooses addresses for a container in one more network. `others`: the attachments of all running containers.
pub fn attach(
    attachments: &Attachments,
    record: NetworkRecord,
    endpoint: &Endpoint,
    others: &[Attachments],
) -> Result<Attached> {
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
        let mut others = attachments.networks.iter();
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

/// A MAC address made of the IP address, as Docker does it, so that the containers on one bridge have different ones.
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

/// The attachments of all containers that run. Takes back what killed supervisors left.
pub fn others(store: &Store, lock: &NetavarkLock) -> Result<Vec<Attachments>> {
    let mut live = Vec::new();
    let mut dead = Vec::new();
    for entry in fs::read_dir(attachments::folder(store)).into_iter().flatten().flatten() {
        let Some(attachments) = read(entry.path())? else {
            continue;
        };
        match is_running(store, &attachments.container)? {
            true => live.push(attachments),
            false => dead.push(attachments),
        }
    }
    for attachments in dead {
        // A failure does not disturb the container that starts now. Whoever removes the other one is told.
        let _ = take_back(store, lock, &attachments, &live);
    }
    Ok(live)
}

fn read(path: PathBuf) -> Result<Option<Attachments>> {
    if path.extension().is_none_or(|extension| extension != "json") {
        return Ok(None);
    }
    match fs::read(&path) {
        Ok(text) => Ok(serde_json::from_slice(&text).ok()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| path.display().to_string()),
    }
}

/// The attachments of the container with this ID; `None` where it is on no bridge network.
pub fn find_attachments(store: &Store, id: &str) -> Result<Option<Attachments>> {
    read(file(store, id))
}

/// Undoes [`take`], and what the start did in the kernel. Called before the rest of the container's run directory is
/// removed.
pub fn leave(store: &Store, container: &Container) -> Result<()> {
    match &container.config.host.network {
        Network::Bridge(_) => leave_all_of(store, &container.record.id),
        _ => Ok(()),
    }
}

/// The same by ID, for a container whose configuration may be unreadable.
pub fn leave_all_of(store: &Store, id: &str) -> Result<()> {
    if !attachments::folder(store).exists() {
        return Ok(());
    }
    let lock = lock(&attachments::folder(store))?;
    let Some(attachments) = find_attachments(store, id)? else {
        return Ok(());
    };
    let live = all_but(store, &attachments.container)?;
    take_back(store, &lock, &attachments, &live)
}

/// Undoes the attachments of all containers; called when none runs. A failure does not end it: the results are in
/// order.
pub fn leave_all(store: &Store) -> Vec<Result<()>> {
    if !attachments::folder(store).exists() {
        return Vec::new();
    }
    let leave = || -> Result<Vec<Result<()>>> {
        let lock = lock(&attachments::folder(store))?;
        let mut records = all_but(store, "")?;
        let mut results = Vec::new();
        while let Some(attachments) = records.pop() {
            results.push(take_back(store, &lock, &attachments, &records));
        }
        Ok(results)
    };
    leave().unwrap_or_else(|error| vec![Err(error)])
}

/// All attachments but those of container `id`.
fn all_but(store: &Store, id: &str) -> Result<Vec<Attachments>> {
    let mut records = Vec::new();
    for entry in fs::read_dir(attachments::folder(store)).into_iter().flatten().flatten() {
        records.extend(read(entry.path())?.filter(|attachments| attachments.container != id));
    }
    Ok(records)
}

fn take_back(store: &Store, lock: &NetavarkLock, attachments: &Attachments, live: &[Attachments]) -> Result<()> {
    let run_dir = store.run_root().join("containers").join(&attachments.container);
    let shares = |other: &&Attachments| {
        let on = |network: &str| {
            attachments
                .networks
                .iter()
                .any(|attached| attached.network.id == network)
        };
        other.networks.iter().any(|attached| on(&attached.network.id))
    };
    let others = live.iter().filter(shares).count();
    let left = netavark::teardown(
        lock,
        &bridges::in_netavarks_form(store, attachments, &[]),
        &published(&run_dir),
        &run_dir,
        others,
    );
    let file = file(store, &attachments.container);
    fs::remove_file(&file).with_context(|| file.display().to_string())?;
    if live.is_empty() {
        netavark::clear(lock, &attachments::folder(store));
    }
    left.context("leaving the network")
}

impl Attachments {
    /// Writes the record, by rename: a process that is killed here must not lose what the old one says.
    pub fn write(&self, store: &Store, _lock: &NetavarkLock) -> Result<()> {
        let file = file(store, &self.container);
        atomic_file::replace(&file, &serde_json::to_vec(self)?).with_context(|| file.display().to_string())
    }
}
