//! A container's life: create, run, exec, list, stop, remove, what it changed, commit, logs, its monitor.
//!
//! A container is a directory in the store. The store made it, with `record`, `upper` and `work`; this module keeps beside them:
//!
//! ```text
//! life            the event journal ([`state::journal`]), from which its status is computed ([`state::status`])
//! lock            held for the moment of starting or removing it
//! log             what it wrote ([`log`])
//! health          what came of its health checks; health.lock is held while that is replaced ([`health::status`])
//! paused          which process holds its processes, while it is paused ([`control::pause`])
//! hostname, hosts, resolv.conf     mounted over those in its /etc ([`run::etc`])
//! stopped         it was stopped, and its supervisor does not start it again ([`control::stop`])
//! restarting      it is stopped to be started again, and does not remove itself ([`control::restart`])
//! targets         which files and directories were made to mount something on ([`run::mount_points`])
//! ```
//!
//! While it runs there is a directory of its ID in the run root, for what is of no use afterwards: the mount point of its root, the
//! runtime's state, and the socket `attach` ([`control::attach`]). Its addresses on
//! bridge networks are beside that directory ([`network::addresses`]).
//!
//! One process supervises a running container: `run` itself in the foreground, else a monitor that `run -d`, `run -t` or `start` leaves
//! behind. It mounts, starts, waits and records the end ([`run`]). All others (`ps`, `stop`, `exec`, `rm`) only look at the record, the
//! life, and the processes.
//!
//! For an ordinary user the supervisor lives in a user namespace of its own. Signals go to a container from the host's user namespace, whose owner
//! has power over all of them, and never from a sibling namespace, which has none; files of subordinate ids are removed inside a namespace. So
//! a command first signals, then enters, then removes.

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

/// A container that is recorded.
#[derive(Debug, Clone)]
pub struct Container {
    pub record: ContainerRecord,
    pub config: Config,
    /// Its directory in the store.
    pub dir: PathBuf,
}

impl Container {
    /// By full ID, name, or unambiguous ID prefix.
    pub fn find(store: &Store, name: &str) -> Result<Container> {
        match store.find_container(name)? {
            Some(record) => Container::of(store, record),
            None => bail!("no such container: {name}"),
        }
    }

    /// From its record.
    pub fn of(store: &Store, record: ContainerRecord) -> Result<Container> {
        Ok(Container {
            config: Config::of(&record)?,
            dir: store.container_dir(&record.id),
            record,
        })
    }

    /// What it is now.
    pub fn state(&self) -> Result<State> {
        journal::state(&self.dir)
    }

    /// Whether the kernel ends all its processes with the first.
    fn has_own_pids(&self) -> bool {
        self.config.host.namespaces.pid == Namespace::Private
    }

    /// Where things are that are of no use when it no longer runs.
    fn run_dir(&self, store: &Store) -> PathBuf {
        store.run_root().join("containers").join(&self.record.id)
    }
}

/// Whether the container with this ID runs, or is about to; also where it is paused. One that is not there does not.
pub fn is_running(store: &Store, id: &str) -> Result<bool> {
    Ok(journal::state(&store.container_dir(id))?.is_active())
}

/// What the container with this ID is now.
pub fn status(store: &Store, id: &str) -> Result<Status> {
    Ok(journal::state(&store.container_dir(id))?.status)
}

/// When the container was made, where the record says so.
pub fn created(record: &ContainerRecord) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(&record.created).ok().map(|at| at.to_utc())
}
