//! `network connect` and `network disconnect`, for running and stopped containers.
//!
//! The container's record is changed first: if this process is killed afterwards, the next start does what the record
//! says. A running container is changed under the lock of the attachment records. A start reads the container's record
//! under the same lock, so it either sees the change, or the container is there to be changed.

use crate::container::Container;
use crate::container::network::attachments::Attachments;
use crate::container::network::etc;
use crate::container::network::{addresses, attachments};
use crate::container::network::{bridges, check_addresses, find};
use crate::container::state::lock;
use crate::container::state::lock::ContainerLock;
use crate::runtime::model::network::{Bridges, Endpoint, Network};
use crate::runtime::network::netavark;
use crate::runtime::network::netavark::{
    NetavarkLock, check as check_bridge, connect as connect_bridges, disconnect as disconnect_bridges,
};
use crate::runtime::network::ports::published;
use crate::store::Store;
use crate::sys::process::identity::Process;
use anyhow::{Result, bail, ensure};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How long to wait for a container that is being started.
const START_TIMEOUT: Duration = Duration::from_secs(10);
const STEP: Duration = Duration::from_millis(5);

/// Connects the container to `endpoint`'s network.
pub fn connect(store: &Store, container: &Container, mut endpoint: Endpoint) -> Result<()> {
    check_bridge()?;
    let change = Change::begin(store, container)?;
    let before = change.endpoints()?;
    let record = find(store, &endpoint.network)?;
    let (network, name) = (&record.name, &change.container.record.name);
    ensure!(
        before.iter().all(|other| other.network != *network),
        "endpoint with name {name} already exists in network {network}"
    );
    check_addresses(&record, &endpoint)?;
    endpoint.network = network.clone();
    let attached = match &change.running {
        Some((_, attachments)) => {
            let others = addresses::others(store, &change.lock)?;
            let record = addresses::of_container(record, &change.container);
            Some(addresses::attach(attachments, record, &endpoint, &others)?)
        }
        None => None,
    };
    let network = endpoint.network.clone();
    change.record(store, &[before, &[endpoint]].concat())?;
    let (Some((init, old)), Some(attached)) = (&change.running, attached) else {
        return Ok(());
    };
    let mut new = old.clone();
    new.networks.push(attached);
    let join = || {
        new.write(store, &change.lock)?;
        let (bridges, run_dir) = change.bridges(store, &new, &network);
        connect_bridges(&change.lock, &bridges, &published(&run_dir), &run_dir, init)
    };
    join().inspect_err(|_| {
        // The first error is the one to report.
        let _ = old.write(store, &change.lock);
        let _ = change.record(store, before);
    })?;
    etc::update(&change.container.dir, &change.container.config, old, &new)
}

/// Takes the container off the network of this name or ID.
pub fn disconnect(store: &Store, container: &Container, network: &str) -> Result<()> {
    check_bridge()?;
    let change = Change::begin(store, container)?;
    let network = find(store, network)?.name;
    let mut endpoints = change.endpoints()?.to_vec();
    let count = endpoints.len();
    endpoints.retain(|endpoint| endpoint.network != network);
    ensure!(
        endpoints.len() < count,
        "container {} is not connected to network {network}",
        change.container.record.name
    );
    change.record(store, &endpoints)?;
    let Some((init, old)) = &change.running else {
        return Ok(());
    };
    let (bridges, run_dir) = change.bridges(store, old, &network);
    // If this fails, the container's teardown undoes the rest.
    disconnect_bridges(&change.lock, &bridges, &published(&run_dir), &run_dir, init)?;
    let new = old.only(|attached| attached.network.name != network);
    new.write(store, &change.lock)?;
    etc::update(&change.container.dir, &change.container.config, old, &new)
}

/// A container whose networks are being changed. The locks keep it from being started or removed meanwhile.
struct Change {
    container: Container,
    /// Its first process and its attachments, if it runs.
    running: Option<(Process, Attachments)>,
    lock: NetavarkLock,
    _container_lock: ContainerLock,
}

impl Change {
    /// Takes the locks; waits while the container is being started.
    fn begin(store: &Store, container: &Container) -> Result<Change> {
        let container_lock = lock::lock(&container.dir)?;
        let begun = Instant::now();
        loop {
            let lock = netavark::lock(&attachments::folder(store))?;
            let container = Container::find(store, &container.record.id)?;
            let state = container.state()?;
            let attachments = match state.is_active() {
                true => addresses::find_attachments(store, &container.record.id)?,
                false => None,
            };
            // A container with attachments and without a process is about to get one.
            if attachments.is_none() || state.init.is_some() {
                return Ok(Change {
                    container,
                    running: state.init.zip(attachments),
                    lock,
                    _container_lock: container_lock,
                });
            }
            let name = &container.record.name;
            ensure!(
                begun.elapsed() < START_TIMEOUT,
                "container {name} is still being started"
            );
            drop(lock);
            std::thread::sleep(STEP);
        }
    }

    /// The networks in its configuration; an error where it has no bridge networks.
    fn endpoints(&self) -> Result<&[Endpoint]> {
        let name = &self.container.record.name;
        match &self.container.config.host.network {
            Network::Bridge(endpoints) => Ok(endpoints),
            Network::Host | Network::Container(_) => bail!(
                "container {name} shares its network with another container or the host: it cannot be connected to any other network"
            ),
            Network::None => bail!("container {name} is to be without a network (none): it cannot be connected to any"),
            Network::Pasta => bail!(
                "container {name} has pasta's network, which is no bridge: make it with --network bridge to connect it to others"
            ),
        }
    }

    /// Records these networks for the container; synced. An error where one of them was removed meanwhile.
    fn record(&self, store: &Store, endpoints: &[Endpoint]) -> Result<()> {
        let _lock = store.lock_use()?;
        for endpoint in endpoints {
            find(store, &endpoint.network)?;
        }
        let mut config = self.container.config.clone();
        config.host.network = Network::Bridge(endpoints.to_vec());
        store.reconfigure_container(&self.container.record.id, serde_json::to_value(&config)?)
    }

    /// One of the attachments in netavark's form, and the container's run directory.
    fn bridges(&self, store: &Store, attachments: &Attachments, network: &str) -> (Bridges, PathBuf) {
        let one = attachments.only(|attached| attached.network.name == network);
        let bridges = bridges::in_netavarks_form(store, &one, &self.container.config.host.dns);
        (bridges, self.container.run_dir(store))
    }
}
