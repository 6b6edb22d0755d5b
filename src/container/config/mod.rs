//! The configuration of a container: its options and its image's configuration, merged. It is stored in the container's
//! record.
//!
//! Names that depend on the container's files (users) or on the host's state (DNS servers) are stored as they were
//! given, and resolved at each start.

pub mod isolation;
pub mod names;
pub mod ports;
pub mod process;
pub mod runtime_spec;
pub mod storage;
pub mod supervision;
pub mod users;

use crate::container::config::isolation::namespaces::Namespaces;
use crate::container::config::isolation::security::Security;
use crate::container::config::isolation::userns::Userns;
use crate::container::config::process::ulimits::Ulimit;
use crate::container::config::storage::devices::DeviceNode;
use crate::container::config::storage::mounts::{Bind, Tmpfs, VolumeMount};
use crate::container::config::storage::rootfs::RootDirectory;
use crate::container::config::supervision::Supervision;
use crate::container::config::supervision::restart_policy::RestartPolicy;
use crate::runtime::model::isolation::Namespace;
use crate::runtime::model::limits::Limits;
use crate::runtime::model::network::Network;
use crate::runtime::model::port::Port;
use crate::store::objects::records::ContainerRecord;
use anyhow::{Context, Result};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::PathBuf;

/// `--add-host NAME:host-gateway`: the address at which the container reaches the host.
pub const HOST_GATEWAY: &str = "host-gateway";

/// The process and its surroundings, as `inspect` shows them under `Config` and `HostConfig`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Config {
    pub hostname: String,
    /// `USER[:GROUP]` as given; empty is root.
    pub user: String,
    /// Extra groups of the process, by name or number.
    pub groups: Vec<String>,
    /// `NAME=VALUE`: the options' variables, then those of the image that they do not replace.
    pub env: Vec<String>,
    pub entrypoint: Option<Vec<String>>,
    pub cmd: Option<Vec<String>>,
    /// Absolute; empty is `/`.
    pub working_dir: String,
    pub labels: BTreeMap<String, String>,
    pub exposed_ports: BTreeMap<String, Value>,
    pub volumes: BTreeMap<String, Value>,
    pub stop_signal: Option<String>,
    /// Seconds between the stop signal and SIGKILL.
    pub stop_timeout: Option<u64>,
    pub tty: bool,
    pub open_stdin: bool,
    /// Whether it was made by an attached `run`.
    pub attached: bool,
    /// The command line that made it.
    #[serde(default)]
    pub create_command: Vec<String>,
    pub host: HostConfig,
}

/// The container's relation to the host, as in Docker's `HostConfig`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HostConfig {
    /// `--rootfs`, in the place of an image.
    #[serde(default)]
    pub rootfs: Option<RootDirectory>,
    pub binds: Vec<Bind>,
    pub tmpfs: Vec<Tmpfs>,
    #[serde(default)]
    pub volumes: Vec<VolumeMount>,
    /// `--volumes-from`, as given.
    #[serde(default)]
    pub volumes_from: Vec<String>,
    pub network: Network,
    /// As they were asked for. A host port that was left open is chosen at each start.
    #[serde(default)]
    pub ports: Vec<Port>,
    #[serde(default)]
    pub publish_all: bool,
    #[serde(default)]
    pub namespaces: Namespaces,
    /// The container's own user namespace, if it has one.
    #[serde(default)]
    pub userns: Option<Userns>,
    pub auto_remove: bool,
    #[serde(default)]
    pub restart: RestartPolicy,
    #[serde(default)]
    pub limits: Limits,
    #[serde(default)]
    pub devices: Vec<DeviceNode>,
    #[serde(default)]
    pub sysctls: BTreeMap<String, String>,
    #[serde(default)]
    pub annotations: BTreeMap<String, String>,
    pub cap_add: Vec<String>,
    pub cap_drop: Vec<String>,
    pub privileged: bool,
    pub security: Security,
    pub ulimits: Vec<Ulimit>,
    /// `None`: 0022.
    #[serde(default)]
    pub umask: Option<u32>,
    /// -1000 to 1000: how soon the kernel kills it when memory is short; `None`: lamel's own value.
    #[serde(default)]
    pub oom_score_adj: Option<i32>,
    /// A name in the time zone database; `local` is the host's zone.
    #[serde(default)]
    pub time_zone: Option<String>,
    pub init: bool,
    pub read_only: bool,
    /// Size of /dev/shm in bytes; `None`: the runtime's default.
    pub shm_size: Option<u64>,
    pub dns: Vec<IpAddr>,
    pub dns_search: Vec<String>,
    #[serde(default)]
    pub dns_options: Vec<String>,
    /// Whether /etc/hosts is left as the image has it.
    #[serde(default)]
    pub no_hosts: bool,
    /// `NAME:ADDRESS`.
    pub extra_hosts: Vec<String>,
    pub id_file: Option<PathBuf>,
    #[serde(default)]
    pub supervision: Supervision,
}

impl Config {
    /// The configuration in a record.
    pub fn from_record(record: &ContainerRecord) -> Result<Config> {
        Config::deserialize(&record.config).with_context(|| {
            let name = &record.name;
            format!("container {name}: its record cannot be read ('lamel rm -f {name}' removes it)")
        })
    }

    /// One field of `host` in a record, read by itself: so what a container uses is known even where another field
    /// cannot be read. An error where this field cannot be read; `None` where an earlier version of lamel did not write
    /// it.
    pub fn part<T: DeserializeOwned>(record: &ContainerRecord, name: &str) -> Result<Option<T>> {
        let part = record.config.get("host").and_then(|host| host.get(name));
        match part.map(T::deserialize) {
            Some(Ok(part)) => Ok(Some(part)),
            // A missing field is right only in a record that can be read as a whole.
            _ => Config::from_record(record).map(|_| None),
        }
    }

    /// The containers whose namespaces it shares, by full ID.
    pub fn shares_with(&self) -> impl Iterator<Item = &String> {
        let Namespaces { pid, ipc, uts, cgroup } = &self.host.namespaces;
        let network = match &self.host.network {
            Network::Container(id) => Some(id),
            _ => None,
        };
        let others = [pid, ipc, uts, cgroup]
            .into_iter()
            .filter_map(|namespace| match namespace {
                Namespace::Container(id) => Some(id),
                _ => None,
            });
        network.into_iter().chain(others)
    }

    /// Whether `--add-host` gives the host's own address a name.
    pub fn names_host(&self) -> bool {
        let mut entries = self.host.extra_hosts.iter();
        entries.any(|entry| entry.ends_with(HOST_GATEWAY))
    }

    /// The arguments of the first process: entrypoint and command.
    pub fn args(&self) -> Vec<String> {
        [&self.entrypoint, &self.cmd]
            .into_iter()
            .flatten()
            .flatten()
            .cloned()
            .collect()
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::runtime::model::command::Seccomp;

    /// A configuration with nothing special.
    pub fn plain() -> Config {
        Config {
            hostname: "host".into(),
            user: String::new(),
            groups: Vec::new(),
            env: vec!["PATH=/bin".into()],
            entrypoint: None,
            cmd: Some(vec!["sh".into()]),
            working_dir: String::new(),
            labels: BTreeMap::new(),
            exposed_ports: BTreeMap::new(),
            volumes: BTreeMap::new(),
            stop_signal: None,
            stop_timeout: None,
            tty: false,
            open_stdin: false,
            attached: true,
            create_command: Vec::new(),
            host: HostConfig {
                rootfs: None,
                binds: Vec::new(),
                tmpfs: Vec::new(),
                volumes: Vec::new(),
                volumes_from: Vec::new(),
                network: Network::None,
                ports: Vec::new(),
                publish_all: false,
                namespaces: Namespaces::default(),
                userns: None,
                auto_remove: false,
                restart: RestartPolicy::No,
                limits: Limits::default(),
                devices: Vec::new(),
                sysctls: BTreeMap::new(),
                annotations: BTreeMap::new(),
                cap_add: Vec::new(),
                cap_drop: Vec::new(),
                privileged: false,
                security: Security {
                    seccomp: Seccomp::Default,
                    no_new_privileges: false,
                    mask: Vec::new(),
                    unmask: Vec::new(),
                    options: Vec::new(),
                },
                ulimits: Vec::new(),
                umask: None,
                oom_score_adj: None,
                time_zone: None,
                init: false,
                read_only: false,
                shm_size: None,
                dns: Vec::new(),
                dns_search: Vec::new(),
                dns_options: Vec::new(),
                no_hosts: false,
                extra_hosts: Vec::new(),
                id_file: None,
                supervision: Supervision::default(),
            },
        }
    }

    #[test]
    fn a_configuration_comes_back_from_its_record() {
        let mut config = plain();
        config.host.binds = vec!["/a:/b:ro".parse().unwrap()];
        config.host.ulimits = vec!["nofile=1:2".parse().unwrap()];
        config.host.dns = vec!["::1".parse().unwrap()];
        let value = serde_json::to_value(&config).unwrap();
        assert_eq!(serde_json::from_value::<Config>(value).unwrap(), config);
    }
}
