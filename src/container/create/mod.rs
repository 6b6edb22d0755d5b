//! A new container: options and image merged by Docker's rules, recorded under an ID and a name.

pub mod userns;

use crate::container::config::isolation::namespaces::Namespaces;
use crate::container::config::isolation::security;
use crate::container::config::isolation::userns::UsernsMode;
use crate::container::config::names;
use crate::container::config::ports;
use crate::container::config::process::ulimits::Ulimit;
use crate::container::config::process::{environment, signal, time_zone};
use crate::container::config::storage::devices::DeviceNode;
use crate::container::config::storage::mounts::Mounts;
use crate::container::config::storage::rootfs::RootDirectory;
use crate::container::config::supervision::Supervision;
use crate::container::config::supervision::health_check::HealthCheck;
use crate::container::config::supervision::restart_policy::RestartPolicy;
use crate::container::config::{Config, HostConfig};
use crate::container::control::remove::remove;
use crate::container::processes::shared_namespaces;
use crate::container::state::journal::{Journal, JournalReader};
use crate::container::{Container, network, volume};
use crate::image::names::resolve::Image;
use crate::oci::config::ImageConfig;
use crate::runtime::model::isolation::Namespace;
use crate::runtime::model::limits::Limits;
use crate::runtime::model::network::Network;
use crate::runtime::model::port::Port;
use crate::runtime::network::pasta;
use crate::runtime::security::capabilities;
use crate::store::Store;
use crate::store::objects::names::NameInUse;
use crate::store::objects::records::ContainerRecord;
use crate::text::error::chain;
use anyhow::{Context, Result, bail};
use chrono::{SecondsFormat, Utc};
use oci_spec::image::Config as Process;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashSet};
use std::net::IpAddr;
use std::path::PathBuf;

/// What `run` and `create` were asked for.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// In the place of an image.
    pub rootfs: Option<RootDirectory>,
    pub name: Option<String>,
    /// The command and its arguments; empty: the image's.
    pub args: Vec<String>,
    /// Replaces the image's; an empty string removes it.
    pub entrypoint: Option<String>,
    /// `NAME=VALUE`, or `NAME` for the value in lamel's environment. Those of `env_files` come first.
    pub env: Vec<String>,
    pub env_files: Vec<PathBuf>,
    pub working_dir: Option<String>,
    pub user: Option<String>,
    pub groups: Vec<String>,
    pub hostname: Option<String>,
    /// Added to the image's; they replace labels of the same name.
    pub labels: BTreeMap<String, String>,
    pub stop_signal: Option<String>,
    pub stop_timeout: Option<u64>,
    pub interactive: bool,
    pub tty: bool,
    pub detach: bool,
    pub auto_remove: bool,
    pub limits: Limits,
    pub devices: Vec<DeviceNode>,
    pub sysctls: BTreeMap<String, String>,
    pub annotations: BTreeMap<String, String>,
    pub mounts: Mounts,
    /// `NAME[:ro|rw]`
    pub volumes_from: Vec<String>,
    /// `None`: the default.
    pub network: Option<Network>,
    /// `None`: pasta, where it can work.
    pub default_network: Option<Network>,
    pub ports: Vec<Port>,
    pub publish_all: bool,
    /// `80/tcp`
    pub expose: Vec<String>,
    pub namespaces: Namespaces,
    pub userns: UsernsMode,
    pub read_only: bool,
    pub cap_add: Vec<String>,
    pub cap_drop: Vec<String>,
    pub privileged: bool,
    pub security: Vec<String>,
    pub ulimits: Vec<Ulimit>,
    pub umask: Option<u32>,
    pub oom_score_adj: Option<i32>,
    /// A name in the time zone database, or `local`.
    pub time_zone: Option<String>,
    pub init: bool,
    pub shm_size: Option<u64>,
    pub dns: Vec<IpAddr>,
    pub dns_search: Vec<String>,
    pub dns_options: Vec<String>,
    pub no_hosts: bool,
    /// `NAME:ADDRESS`.
    pub extra_hosts: Vec<String>,
    pub id_file: Option<PathBuf>,
    pub restart: RestartPolicy,
    pub supervision: Supervision,
    /// The command line, shown by `inspect` so that the same container can be made again.
    pub create_command: Vec<String>,
}

/// How many random names are tried.
const NAME_ATTEMPTS: u32 = 8;

/// Makes a container of `image`: record, name, and empty writable directories. `claim`: this process starts it at once,
/// so its journal is begun and no prune removes it in between; else the record is synced. `warn` is called if the
/// container gets no network for lack of pasta.
pub fn create(
    store: &Store,
    image: &Image,
    mut options: Options,
    claim: bool,
    warn: &mut dyn FnMut(&str),
) -> Result<Container> {
    if let Some(name) = &options.name {
        names::check(name)?;
        remove_left_behind(store, name)?;
    }
    let id = names::new_id()?;
    let name = options.name.clone();
    let image_name = match (&options.rootfs, &image.name) {
        (Some(root), _) => root.path.display().to_string(),
        (None, Some(name)) => name.familiar(),
        (None, None) => image.record.id.short(),
    };
    volume::complete(
        store,
        &mut options.mounts,
        &options.volumes_from,
        image.config.process(),
    )?;
    let network = match &options.network {
        Some(network) => {
            let network = network.clone();
            check_ports(&mut options, &network, warn)?;
            network
        }
        None => default_network(&mut options, warn)?,
    };
    let mode = options.userns.clone();
    if let Some((uid, gid)) = userns::kept(store, &mode)? {
        options.user.get_or_insert_with(|| format!("{uid}:{gid}"));
    }
    let mut config = merge(options, network, &image.config, &id)?;
    shared_namespaces::name(store, &mut config)?;
    userns::check(store, &mode, &config)?;
    let lock = store.lock_use()?;
    let (userns, _ids) = userns::choose(store, &mode)?;
    config.host.userns = userns;
    network::check(store, &mut config.host.network)?;
    let mut record = ContainerRecord {
        id,
        name: String::new(),
        image: image.record.id,
        image_name,
        layers: image.record.layers.clone(),
        created: Utc::now().to_rfc3339_opts(SecondsFormat::Nanos, true),
        config: serde_json::to_value(&config)?,
    };
    // Checked again under the lock: the image may have been removed since it was resolved, with its layers.
    if config.host.rootfs.is_none() && store.image(&record.image)?.is_none() {
        bail!("image {} was removed meanwhile", record.image_name);
    }
    volume::make(store, &lock, &config.host.volumes)?;
    let mut attempt = 0;
    let dir = loop {
        record.name = name.clone().map_or_else(|| names::random_name(attempt), Ok)?;
        match store.create_container(&lock, &record, !claim) {
            Ok(dir) => break dir,
            Err(error) => {
                attempt += 1;
                if name.is_some() || attempt == NAME_ATTEMPTS || !error.is::<NameInUse>() {
                    return Err(error);
                }
            }
        }
    };
    if claim {
        Journal::begin(&dir)?;
    }
    Ok(Container { record, config, dir })
}

/// Removes an ended `--rm` container of the same name whose supervisor was killed before it could do so. Else a service
/// that runs `--rm --name` would not start again.
fn remove_left_behind(store: &Store, name: &str) -> Result<()> {
    let Some(record) = store.find_container(name)?.filter(|record| record.name == name) else {
        return Ok(());
    };
    let container = Container::from_record(store, record)?;
    let ended = JournalReader::open(&container.dir)?.is_some_and(|watch| !watch.state().is_active());
    if container.config.host.auto_remove && ended {
        remove(store, &container)?;
        volume::remove_own(store, &container.config)?;
    }
    Ok(())
}

/// The default network of the settings, else pasta. Without pasta the container gets no network, and a warning: ports
/// can still be published then, and a container without a network is better than none.
fn default_network(options: &mut Options, warn: &mut dyn FnMut(&str)) -> Result<Network> {
    if let Some(network) = options.default_network.clone() {
        if network != Network::None {
            check_ports(options, &network, warn)?;
        }
        return Ok(network);
    }
    Ok(match pasta::find_pasta() {
        Ok(_) => Network::Pasta,
        Err(error) => {
            warn(&format!(
                "the container has no network but published ports: {}",
                chain(&error)
            ));
            Network::None
        }
    })
}

/// The options over the image's configuration.
fn merge(options: Options, network: Network, image: &ImageConfig, id: &str) -> Result<Config> {
    let process = image.process();
    let (entrypoint, cmd) = command(options.entrypoint, options.args, process)?;
    let mut given = Vec::new();
    for path in &options.env_files {
        given.extend(environment::read_file("env file", path)?);
    }
    given.extend(options.env);
    let given = environment::inherit(given, &|name| std::env::var(name).ok())?;
    let working_dir = options
        .working_dir
        .or_else(|| process.working_dir().clone())
        .unwrap_or_default();
    if !working_dir.is_empty() && !working_dir.starts_with('/') {
        bail!("working directory {working_dir:?} is not an absolute path");
    }
    let stop_signal = options
        .stop_signal
        .or_else(|| process.stop_signal().clone())
        .filter(|name| !name.is_empty());
    if let Some(name) = &options.time_zone {
        time_zone::read(name)?;
    }
    if let Some(name) = &stop_signal {
        signal::parse(name).context("stop signal")?;
    }
    // Unknown names are an error now, not at the first start.
    capabilities::capabilities(&options.cap_add, &options.cap_drop, options.privileged)?;
    let supervision = Supervision {
        health: health_check(options.supervision.health, image)?,
        ..options.supervision
    };
    let mut labels = image.labels();
    labels.extend(options.labels);
    let mut exposed_ports = as_set(process.exposed_ports());
    let published = options
        .ports
        .iter()
        .map(|port| ports::key(port.container, port.protocol));
    exposed_ports.extend(published.chain(options.expose).map(|key| (key, json!({}))));
    let mut published = options.ports;
    if options.publish_all {
        published.extend(ports::publish_all(exposed_ports.keys(), &published));
    }
    Ok(Config {
        hostname: hostname(options.hostname, &network, &options.namespaces.uts, id)?,
        user: options.user.or_else(|| process.user().clone()).unwrap_or_default(),
        groups: options.groups,
        env: over_image(given, process.env().as_deref().unwrap_or_default()),
        entrypoint,
        cmd,
        working_dir,
        labels,
        exposed_ports,
        volumes: as_set(process.volumes()),
        stop_signal,
        stop_timeout: options.stop_timeout,
        tty: options.tty,
        open_stdin: options.interactive,
        attached: !options.detach,
        create_command: options.create_command,
        host: HostConfig {
            rootfs: options.rootfs,
            binds: options.mounts.binds,
            tmpfs: options.mounts.tmpfs,
            volumes: options.mounts.volumes,
            volumes_from: options.volumes_from,
            network,
            ports: published,
            publish_all: options.publish_all,
            namespaces: options.namespaces,
            userns: None,
            auto_remove: options.auto_remove,
            restart: options.restart,
            limits: options.limits,
            devices: options.devices,
            sysctls: options.sysctls,
            annotations: options.annotations,
            cap_add: options.cap_add,
            cap_drop: options.cap_drop,
            privileged: options.privileged,
            security: security::parse(&options.security)?,
            ulimits: options.ulimits,
            umask: options.umask,
            oom_score_adj: options.oom_score_adj,
            time_zone: options.time_zone,
            init: options.init,
            read_only: options.read_only,
            shm_size: options.shm_size,
            dns: options.dns,
            dns_search: options.dns_search,
            dns_options: options.dns_options,
            no_hosts: options.no_hosts,
            extra_hosts: options.extra_hosts,
            id_file: options.id_file,
            supervision,
        },
    })
}

/// A set as Docker writes it: an object of empty objects.
fn as_set(names: &Option<Vec<String>>) -> BTreeMap<String, Value> {
    let names = names.iter().flatten();
    names.map(|name| (name.clone(), json!({}))).collect()
}

/// The user's health check over the image's.
fn health_check(given: Option<HealthCheck>, image: &ImageConfig) -> Result<Option<HealthCheck>> {
    let images = image.docker_field("Healthcheck").cloned().unwrap_or_default();
    let images: Option<HealthCheck> = serde_json::from_value(images).context("the image's health check")?;
    Ok(match (given, images) {
        (Some(given), Some(images)) => Some(given.over(images)),
        (given, images) => given.or(images),
    })
}

type Words = Option<Vec<String>>;

/// Entrypoint and command. A given entrypoint removes the image's command as well, which was meant for the image's
/// entrypoint.
fn command(entrypoint: Option<String>, args: Vec<String>, image: &Process) -> Result<(Words, Words)> {
    let given = (!args.is_empty()).then_some(args);
    let (entrypoint, cmd) = match entrypoint {
        Some(word) => ((!word.is_empty()).then(|| vec![word]), given),
        None => (image.entrypoint().clone(), given.or_else(|| image.cmd().clone())),
    };
    let first = [&entrypoint, &cmd].into_iter().flatten().flatten().next();
    match first {
        None => bail!("no command: the image has none and none was given"),
        Some(word) if word.is_empty() => bail!("the command's name is empty"),
        Some(_) => Ok((entrypoint, cmd)),
    }
}

/// The given variables, then the image's variables of other names. A bare name removes the image's variable.
fn over_image(given: Vec<String>, image: &[String]) -> Vec<String> {
    let names: HashSet<&str> = given.iter().map(|entry| environment::name(entry)).collect();
    let kept = image.iter().filter(|entry| !names.contains(environment::name(entry)));
    environment::merge(&[], &given)
        .into_iter()
        .chain(kept.cloned())
        .collect()
}

/// Published ports need a network of the container's own. Without one they are discarded with a warning, as in Docker
/// and Podman.
fn check_ports(options: &mut Options, network: &Network, warn: &mut dyn FnMut(&str)) -> Result<()> {
    if options.ports.is_empty() && !options.publish_all {
        return Ok(());
    }
    match network {
        Network::Pasta | Network::Bridge(_) => return Ok(()),
        Network::None => warn("published ports are discarded: the container has no network"),
        Network::Host => warn(
            "published ports are discarded: the container has the host's network, and what it listens on is the host's",
        ),
        Network::Container(_) => bail!("no port can be published in another container's network: publish it there"),
    }
    options.ports.clear();
    options.publish_all = false;
    Ok(())
}

/// The hostname: the given one, else the host's name on the host's network or in its UTS namespace, else the short ID.
fn hostname(given: Option<String>, network: &Network, uts: &Namespace, id: &str) -> Result<String> {
    if let Some(name) = given {
        if *uts != Namespace::Private {
            bail!("a hostname can only be given to a container with a UTS namespace of its own");
        }
        // sethostname(2) takes 64 bytes; the name is also written into /etc/hosts.
        let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b));
        if name.is_empty() || name.len() > 64 || !plain || name.starts_with('-') {
            bail!("invalid hostname {name:?}");
        }
        return Ok(name);
    }
    Ok(match network {
        _ if *uts == Namespace::Host => rustix::system::uname().nodename().to_string_lossy().into_owned(),
        Network::Host => rustix::system::uname().nodename().to_string_lossy().into_owned(),
        _ => id[..12].to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> Words {
        Some(words.iter().map(|s| s.to_string()).collect())
    }

    fn image() -> Process {
        let mut process = Process::default();
        process
            .set_entrypoint(words(&["/entry"]))
            .set_cmd(words(&["serve", "-v"]));
        process
    }

    #[test]
    fn arguments_replace_the_images_command_and_an_entrypoint_both() {
        let owned = |args: &[&str]| args.iter().map(|s| s.to_string()).collect::<Vec<_>>();
        let case = |entrypoint: Option<&str>, args: &[&str]| command(entrypoint.map(Into::into), owned(args), &image());
        assert_eq!(case(None, &[]).unwrap(), (words(&["/entry"]), words(&["serve", "-v"])));
        assert_eq!(case(None, &["x"]).unwrap(), (words(&["/entry"]), words(&["x"])));
        assert_eq!(case(Some("sh"), &[]).unwrap(), (words(&["sh"]), None));
        assert_eq!(
            case(Some("sh"), &["-c", "y"]).unwrap(),
            (words(&["sh"]), words(&["-c", "y"]))
        );
        assert_eq!(case(Some(""), &["y"]).unwrap(), (None, words(&["y"])));
        assert!(case(Some(""), &[]).is_err());
        assert!(command(None, Vec::new(), &Process::default()).is_err());
        assert!(command(None, vec![String::new()], &Process::default()).is_err());
    }

    #[test]
    fn given_variables_come_first_and_replace_the_images() {
        let given = ["A=1", "GONE"].map(String::from).to_vec();
        let image = ["PATH=/bin", "A=0", "GONE=x"].map(String::from);
        assert_eq!(over_image(given, &image), ["A=1", "PATH=/bin"]);
    }

    /// If each one were looked for among those that were given, this would not end within the suite.
    #[test]
    fn two_hundred_thousand_variables_of_an_image_are_taken() {
        let given: Vec<String> = (0..200_000).map(|n| format!("GIVEN{n}=1")).collect();
        let image: Vec<String> = (0..200_000).map(|n| format!("IMAGE{n}=1")).collect();
        let all = over_image(given.clone(), &image);
        assert_eq!(all, [given, image].concat());
    }

    #[test]
    fn the_hostname_is_the_short_id_unless_given() {
        let id = "0123456789abcdef";
        assert_eq!(
            hostname(None, &Network::None, &Namespace::Private, id).unwrap(),
            "0123456789ab"
        );
        assert_eq!(
            hostname(Some("web.local".into()), &Network::Host, &Namespace::Private, id).unwrap(),
            "web.local"
        );
        for bad in ["", "a b", "-x", "a\nb", &"x".repeat(65)] {
            assert!(
                hostname(Some(bad.into()), &Network::None, &Namespace::Private, id).is_err(),
                "{bad:?}"
            );
        }
    }
}
