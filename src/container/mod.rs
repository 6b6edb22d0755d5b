//! Containers: create, run, exec, list, stop, remove, diff, commit, logs, networks, volumes.
//!
//! Imports go down this list, and so do the calls:
//!
//! ```text
//! changes, query    diff, commit, export, cp        ps, inspect, filters
//! create            flags and image become a configuration and a record
//! control           stop, pause, attach, update, rename, remove
//! run               one supervisor's work: prepare, run, restart, tear down
//! health            health checks
//! processes         exec, freezing, orphans, usage, background processes
//! log network volume
//! mod               Container, and the format of its directory (below)
//! state             event journal, status, markers, locks
//! config            what a container is, as it is recorded, and the runtime specification made of it
//! ```
//!
//! A container is a directory in the store. The store makes it, with `record`, `upper` and `work`. This room keeps
//! beside them:
//!
//! ```text
//! life            the event journal ([`state::journal`]), from which its status is computed ([`state::status`])
//! lock            held for the moment of starting or removing it ([`state::lock`])
//! entrance        the exec lock ([`state::lock`])
//! log             its output ([`log`])
//! health          the results of its health checks, replaced under health.lock ([`health::status`])
//! paused          which process holds its processes frozen ([`state::paused`])
//! hostname, hosts, resolv.conf     mounted over those in its /etc ([`network::etc`])
//! stopped         its supervisor must not start it again ([`state::stopped`])
//! restarting      it is stopped to be started again, so it does not remove itself ([`state::restarting`])
//! targets         the mount points that lamel made in its root ([`run::mount_points`])
//! ```
//!
//! While it runs, it also has a directory in the run root, named by its ID: the mount point of its root, the runtime's
//! state, and the socket `attach` ([`control::attach`]). The record of its addresses on bridge networks is beside that
//! directory ([`network::addresses`]).
//!
//! One process supervises a running container: `run` itself in the foreground, else a monitor in the background that
//! `run -d`, `run -t` or `start` makes. It mounts, starts, waits and records the end ([`run`]). All other commands
//! (`ps`, `stop`, `exec`, `rm`) read the record, the journal and the processes.
//!
//! An ordinary user's supervisor lives in a user namespace of its own. The kernel lets a process signal the container
//! from the host's user namespace, and not from a sibling namespace. Files of subordinate ids can be removed only
//! inside such a namespace. So a command first signals, then enters a user namespace, then removes files.

#[cfg(test)]
mod any_order_tests;
pub mod changes;
pub mod config;
pub mod control;
pub mod create;
pub mod health;
pub mod log;
pub mod network;
pub mod processes;
pub mod query;
pub mod run;
pub mod state;
pub mod volume;

use crate::container::config::Config;
use crate::container::state::journal;
use crate::container::state::status::{State, Status};
use crate::runtime::model::isolation::Namespace;

use crate::store::Store;
use crate::store::objects::records::ContainerRecord;
use anyhow::{Result, bail};
use chrono::{DateTime, Utc};
use std::path::PathBuf;

/// A container, as it is recorded.
#[derive(Debug, Clone)]
pub struct Container {
    pub record: ContainerRecord,
    pub config: Config,
    /// Its directory in the store.
    pub dir: PathBuf,
}

impl Container {
    /// Finds a container by full ID, name, or unambiguous ID prefix; an error where there is none.
    pub fn find(store: &Store, name: &str) -> Result<Container> {
        match store.find_container(name)? {
            Some(record) => Container::from_record(store, record),
            None => bail!("no such container: {name}"),
        }
    }

    /// The container of a record; an error where its configuration cannot be read.
    pub fn from_record(store: &Store, record: ContainerRecord) -> Result<Container> {
        Ok(Container {
            config: Config::from_record(&record)?,
            dir: store.container_dir(&record.id),
            record,
        })
    }

    /// Its state now.
    pub fn state(&self) -> Result<State> {
        journal::state(&self.dir)
    }

    /// Whether it has a PID namespace of its own. Then the kernel ends all its processes with the first.
    fn has_own_pids(&self) -> bool {
        self.config.host.namespaces.pid == Namespace::Private
    }

    /// Its directory in the run root, for what is needed only while it runs.
    fn run_dir(&self, store: &Store) -> PathBuf {
        store.run_root().join("containers").join(&self.record.id)
    }
}

/// Whether the container with this ID is active: running, paused, starting, or waiting for a restart. False where it
/// does not exist.
pub fn is_running(store: &Store, id: &str) -> Result<bool> {
    Ok(journal::state(&store.container_dir(id))?.is_active())
}

/// The status of the container with this ID now.
pub fn status(store: &Store, id: &str) -> Result<Status> {
    Ok(journal::state(&store.container_dir(id))?.status)
}

/// When the container was made; `None` where the record has no valid time.
pub fn created(record: &ContainerRecord) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(&record.created).ok().map(|at| at.to_utc())
}
