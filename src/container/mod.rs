//! A container's life: create, run, exec, list, stop, remove, what it changed, commit, logs, its monitor.
//!
//! A container is a directory in the store. The store made it, with `record`, `upper` and `work`; this module keeps beside them:
//!
//! ```text
//! life            what happened to it ([`life`]), and so what it is ([`state`])
//! lock            held for the moment of starting or removing it
//! log             what it wrote ([`log`])
//! health          what came of its health checks; health.lock is held while that is replaced ([`health`])
//! paused          which process holds its processes, while it is paused ([`pause`])
//! hostname, hosts, resolv.conf     mounted over those in its /etc ([`etc`])
//! stopped         it was stopped, and its supervisor does not start it again ([`stop`])
//! restarting      it is stopped to be started again, and does not remove itself ([`restart`])
//! targets         which files and directories were made to mount something on ([`targets`])
//! ```
//!
//! While it runs there is a directory of its ID in the run root, for what is of no use afterwards: the mount point of its root, the
//! runtime's state, and the socket `attach` ([`attach`]). Its addresses on
//! bridge networks are beside that directory ([`network`]).
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
mod attach;
mod attachment;
mod behind;
mod changes;
mod commit;
mod config;
mod copy;
mod create;
mod device;
pub mod environment;
mod etc;
mod exec;
mod export;
mod filter;
mod health;
mod inspect;
pub mod instruction;
pub mod life;
pub mod limits;
mod list;
pub mod log;
mod monitor;
mod mount_option;
pub mod mounts;
mod names;
pub mod network;
mod notify;
mod pause;
mod peers;
mod plan;
mod ports;
mod probe;
mod pulse;
mod remove;
mod rename;
mod reset;
mod restart;
mod restart_policy;
mod restarts;
mod root;
mod root_directory;
mod run;
mod security;
pub mod signal;
mod size;
mod state;
mod stats;
mod still;
mod stop;
mod strays;
mod supervision;
mod targets;
mod tasks;
mod teardown;
mod time_zone;
mod troubles;
mod unreadable;
mod update;
mod userns;
mod users;
pub mod volume;
mod volume_fill;
mod watchman;

pub use attach::attach;
pub use changes::changes;
pub use commit::{Commit, commit};
pub use config::{Config, HostConfig, Namespaces};
pub use copy::{End, Enter as CopyEnter, Options as CopyOptions, copy, copy_from_stream, copy_to_stream};
pub use create::{Options, create};
pub use device::{device, sysctl};
pub use etc::extra_host;
pub use exec::{Exec, exec};
pub use export::export;
pub use filter::Filter;
pub use health::{HealthCheck, HealthStatus, check_now};
pub use inspect::{inspect, network_mode};
pub use limits::bytes;
pub use list::{Listed, Selection, list};
pub use monitor::{run_detached, run_with_front, start_detached, start_with_front};
pub use pause::{pause, unpause};
pub use peers::first_peer;
pub use ports::{expose, listed as listed_ports, places, publish};
pub use remove::{created, prune_stopped, remove};
pub use rename::rename;
pub use reset::{clear_run_root, kill_all};
pub use restart::stop_to_restart;
pub use restart_policy::RestartPolicy;
pub use root_directory::RootDirectory;
pub use run::{Ended, code_of, run, start_attached};
pub use size::Size;
pub use state::{State, Status};
pub use stats::{Sample, sample};
pub use still::{Still, hold_still};
pub use stop::{end_strays, kill, kill_to_remove, stop, wait};
pub use supervision::{Notify, Supervision};
pub use tasks::pids;
pub use unreadable::Unreadable;
pub use update::{Update, update};
pub use userns::UsernsMode;
pub use users::Users;

use crate::runtime::Namespace;
use crate::store::{ContainerRecord, Store};
use anyhow::{Result, bail};
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
        life::state(&self.dir)
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
    Ok(life::state(&store.container_dir(id))?.is_active())
}

/// What the container with this ID is now.
pub fn status(store: &Store, id: &str) -> Result<Status> {
    Ok(life::state(&store.container_dir(id))?.status)
}
