//! Containers that share namespaces: `--network container:NAME` and the like.
//!
//! The kernel lets a process join a namespace only from the user namespace that owns it, and each container of an
//! ordinary user has a user namespace of its own. So a container that shares is started in the other's user namespace
//! ([`first_peer`]), and it cannot share with two containers that are in different ones.

use crate::container::Container;
use crate::container::config::Config;
use crate::runtime::model::isolation::Namespace;
use crate::runtime::model::network::Network;
use crate::store::Store;
use crate::sys::process::identity::Process;
use crate::sys::userns::enter;
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;

/// Replaces the names of other containers by full IDs. Each of them must run.
pub fn name(store: &Store, config: &mut Config) -> Result<()> {
    let namespaces = &mut config.host.namespaces;
    let others = [
        &mut namespaces.pid,
        &mut namespaces.ipc,
        &mut namespaces.uts,
        &mut namespaces.cgroup,
    ];
    let others = others.into_iter().filter_map(|namespace| match namespace {
        Namespace::Container(name) => Some(name),
        _ => None,
    });
    let network = match &mut config.host.network {
        Network::Container(name) => Some(name),
        _ => None,
    };
    for name in others.chain(network) {
        let peer = Container::find(store, name)?;
        check_userns(&peer, &first_process(&peer)?)?;
        *name = peer.record.id;
    }
    Ok(())
}

/// The first processes of the containers that one with `config` shares namespaces with, by ID.
pub fn first_processes(store: &Store, config: &Config) -> Result<BTreeMap<String, Process>> {
    let mut peers = BTreeMap::new();
    for id in config.shares_with() {
        let peer = Container::find(store, id)?;
        let process = first_process(&peer)?;
        check_userns(&peer, &process)?;
        peers.insert(id.clone(), process);
    }
    Ok(peers)
}

/// An error where this process is not in the container's user namespace.
fn check_userns(peer: &Container, process: &Process) -> Result<()> {
    let name = &peer.record.name;
    if peer.config.host.userns.is_some() {
        bail!("container {name} has a user namespace of its own (--userns), so its other namespaces cannot be shared");
    }
    if enter::is_apart(process).with_context(|| format!("user namespace of container {name}"))? {
        bail!("the containers to share namespaces with are in different user namespaces");
    }
    Ok(())
}

/// The first process of the first container in `names`: the process whose user namespace must be entered. `None` for
/// root, who enters none.
pub fn first_peer<'a>(store: &Store, names: impl IntoIterator<Item = &'a String>) -> Result<Option<Process>> {
    let name = names
        .into_iter()
        .next()
        .filter(|_| !rustix::process::geteuid().is_root());
    let Some(name) = name else {
        return Ok(None);
    };
    first_process(&Container::find(store, name)?).map(Some)
}

fn first_process(peer: &Container) -> Result<Process> {
    let init = peer.state()?.init;
    init.with_context(|| {
        format!(
            "container {} is not running, so its namespaces cannot be shared",
            peer.record.name
        )
    })
}
