//! `inspect`: a container's state and configuration as JSON, in Docker's shape and order (Engine API,
//! `ContainerInspect`).

use crate::container::config::isolation::security;
use crate::container::config::ports;
use crate::container::config::{Config, HostConfig};
use crate::container::network::addresses;
use crate::container::network::attachments::Attached;
use crate::container::state::status::{State, Status, timestamp};
use crate::container::{Container, network};
use crate::image::inspect::leave_out_empty;
use crate::runtime::model::command::Seccomp;
use crate::runtime::model::isolation::Namespace;
use crate::runtime::model::network::{Endpoint, Network};
use crate::runtime::model::port::Port;
use crate::store::Store;
use crate::store::objects::records::ContainerRecord;
use anyhow::Result;
use serde_json::{Map, Value, json};
use std::net::Ipv4Addr;

/// Docker's fields for limits, in its order, with the values of a container without limits: a template that asks for
/// one gets what Docker would give it.
const RESOURCES: &str = r#"{"Isolation":"","CpuShares":0,"Memory":0,"NanoCpus":0,"CgroupParent":"","BlkioWeight":0,
    "BlkioWeightDevice":[],"BlkioDeviceReadBps":[],"BlkioDeviceWriteBps":[],"BlkioDeviceReadIOps":[],"BlkioDeviceWriteIOps":[],
    "CpuPeriod":0,"CpuQuota":0,"CpuRealtimePeriod":0,"CpuRealtimeRuntime":0,"CpusetCpus":"","CpusetMems":"","Devices":[],
    "DeviceCgroupRules":null,"DeviceRequests":null,"MemoryReservation":0,"MemorySwap":0,"MemorySwappiness":null,
    "OomKillDisable":false,"PidsLimit":null,"Ulimits":null,"CpuCount":0,"CpuPercent":0,"IOMaximumIOps":0,
    "IOMaximumBandwidth":0}"#;

/// The container's object, as `inspect` prints it.
pub fn inspect(store: &Store, record: &ContainerRecord) -> Result<Value> {
    let container = Container::from_record(store, record.clone())?;
    let state = container.state()?;
    let Container { record, config, dir } = &container;
    let args = config.args();
    let (path, arguments) = args
        .split_first()
        .map_or(("", [].as_slice()), |(path, rest)| (path.as_str(), rest));
    let file = |name: &str| {
        let path = dir.join(name);
        json!(if path.exists() {
            path.display().to_string()
        } else {
            String::new()
        })
    };
    Ok(json!({
        "Id": record.id,
        "Created": record.created,
        "Path": path,
        "Args": arguments,
        "State": state_value(&container, &state),
        "Image": match config.host.rootfs {
            None => record.image.to_string(),
            Some(_) => String::new(),
        },
        "ResolvConfPath": file("resolv.conf"),
        "HostnamePath": file("hostname"),
        "HostsPath": file("hosts"),
        "LogPath": file("log"),
        "Name": format!("/{}", record.name),
        "RestartCount": state.restarts,
        "Driver": "overlay",
        "Platform": "linux",
        "MountLabel": "",
        "ProcessLabel": "",
        "AppArmorProfile": "",
        "ExecIDs": null,
        "HostConfig": host_config(config),
        "GraphDriver": graph_driver(store, &container, &state),
        "Mounts": mounts(&config.host, store),
        "Config": config_value(&container),
        "NetworkSettings": network_settings(&container, store)?,
    }))
}

fn state_value(container: &Container, state: &State) -> Value {
    let mut object = json!({
        "Status": state.status.word(),
        "Running": matches!(state.status, Status::Running | Status::Paused | Status::Restarting),
        "Paused": state.status == Status::Paused,
        "Restarting": state.status == Status::Restarting,
        "OOMKilled": state.out_of_memory,
        "Dead": state.status == Status::Dead,
        "Pid": state.init.as_ref().map_or(0, |init| init.pid),
        "ExitCode": state.code,
        "Error": state.error,
        "StartedAt": timestamp(state.started),
        "FinishedAt": timestamp(state.finished),
        "Health": container.health(state),
    });
    leave_out_empty(&mut object, &["Health"]);
    object
}

fn host_config(config: &Config) -> Value {
    let host = &config.host;
    let binds: Vec<String> = host
        .binds
        .iter()
        .map(|bind| {
            let places = format!("{}:{}", bind.source.display(), bind.destination.display());
            if bind.mode.is_empty() {
                places
            } else {
                format!("{places}:{}", bind.mode)
            }
        })
        .collect();
    // An anonymous volume has no `NAME:DESTINATION` pair to list.
    let volumes = host.volumes.iter().filter(|volume| !volume.anonymous);
    let volumes = volumes.map(|volume| match volume.mode.as_str() {
        "" => format!("{}:{}", volume.name, volume.destination.display()),
        mode => format!("{}:{}:{mode}", volume.name, volume.destination.display()),
    });
    let binds: Vec<String> = binds.into_iter().chain(volumes).collect();
    let tmpfs: Map<String, Value> = host
        .tmpfs
        .iter()
        .map(|tmpfs| (tmpfs.destination.display().to_string(), json!(tmpfs.mode)))
        .collect();
    let ulimits: Vec<Value> = host
        .ulimits
        .iter()
        // -1 means no limit, as the user wrote it.
        .map(|limit| json!({ "Name": limit.name, "Hard": limit.hard as i64, "Soft": limit.soft as i64 }))
        .collect();
    let mut object = json!({
        "Binds": list(&binds),
        "ContainerIDFile": host.id_file.as_ref().map_or(String::new(), |path| path.display().to_string()),
        "LogConfig": { "Type": host.supervision.log.driver.to_string(), "Config": host.supervision.log.options },
        "NetworkMode": network_mode(&host.network),
        "PortBindings": port_bindings(&host.ports),
        "RestartPolicy": { "Name": host.restart.name(), "MaximumRetryCount": host.restart.maximum_attempts() },
        "AutoRemove": host.auto_remove,
        "VolumeDriver": "",
        "VolumesFrom": list(&host.volumes_from),
        "ConsoleSize": [0, 0],
        "CapAdd": list(&host.cap_add),
        "CapDrop": list(&host.cap_drop),
        "Dns": host.dns,
        "DnsOptions": host.dns_options,
        "DnsSearch": host.dns_search,
        "ExtraHosts": list(&host.extra_hosts),
        "GroupAdd": list(&config.groups),
        "IpcMode": match namespace_mode(&host.namespaces.ipc) {
            mode if mode.is_empty() => "private".into(),
            mode => mode,
        },
        "Cgroup": "",
        "Links": null,
        "CgroupnsMode": match namespace_mode(&host.namespaces.cgroup) {
            mode if mode.is_empty() => "private".into(),
            mode => mode,
        },
        "OomScoreAdj": host.oom_score_adj.unwrap_or(0),
        "PidMode": namespace_mode(&host.namespaces.pid),
        "Privileged": host.privileged,
        "PublishAllPorts": host.publish_all,
        "ReadonlyRootfs": host.read_only,
        "SecurityOpt": list(&security_options(host)),
        "Tmpfs": if tmpfs.is_empty() { Value::Null } else { Value::Object(tmpfs) },
        "UTSMode": namespace_mode(&host.namespaces.uts),
        // As in podman: the mode is not shown, only that the container has a user namespace.
        "UsernsMode": if host.userns.is_some() { "private" } else { "" },
        "IDMappings": host.userns.as_ref().map(|userns| json!({
            "UidMap": userns.maps.uids.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "GidMap": userns.maps.gids.iter().map(ToString::to_string).collect::<Vec<_>>(),
        })),
        "ShmSize": host.shm_size.unwrap_or(64 << 20),
        "Runtime": "lamel",
    });
    let resources: Map<String, Value> = serde_json::from_str(RESOURCES).expect("the text is an object");
    if let (Value::Object(object), Value::Object(limits)) = (&mut object, limits_value(host)) {
        object.extend(resources);
        // Replaces the zeros.
        object.extend(limits);
    }
    object["Ulimits"] = list(&ulimits);
    let (masked, read_only) = security::system_paths(&host.security, host.privileged);
    object["MaskedPaths"] = json!((!host.privileged || !masked.is_empty()).then_some(masked));
    object["ReadonlyPaths"] = json!((!host.privileged).then_some(read_only));
    object["Init"] = json!(host.init.then_some(true));
    leave_out_empty(&mut object, &["Annotations", "IDMappings", "Init", "Sysctls", "Tmpfs"]);
    object
}

fn limits_value(host: &HostConfig) -> Value {
    let limits = &host.limits;
    let devices = host.devices.iter().map(|device| {
        json!({
            "PathOnHost": device.source.display().to_string(),
            "PathInContainer": device.destination.display().to_string(),
            "CgroupPermissions": "rwm",
        })
    });
    json!({
        "Memory": limits.memory.unwrap_or(0),
        "MemorySwap": limits.memory_swap.or(limits.memory.map(|memory| memory as i64 * 2)).unwrap_or(0),
        "MemoryReservation": limits.memory_reservation.unwrap_or(0),
        "NanoCpus": limits.nano_cpus.unwrap_or(0),
        "CpuShares": limits.cpu_shares.unwrap_or(0),
        "CpuPeriod": limits.cpu_period.unwrap_or(0),
        "CpuQuota": limits.cpu_quota.unwrap_or(0),
        "CpusetCpus": limits.cpuset_cpus.as_deref().unwrap_or(""),
        "CpusetMems": limits.cpuset_mems.as_deref().unwrap_or(""),
        "PidsLimit": limits.pids,
        "BlkioWeight": limits.blkio_weight.unwrap_or(0),
        "Devices": devices.collect::<Vec<_>>(),
        "Sysctls": if host.sysctls.is_empty() { Value::Null } else { json!(host.sysctls) },
        "Annotations": if host.annotations.is_empty() { Value::Null } else { json!(host.annotations) },
    })
}

/// The security options as given; a seccomp profile is shown by its text, as in Docker.
fn security_options(host: &HostConfig) -> Vec<String> {
    let option = |option: &String| match &host.security.seccomp {
        Seccomp::Profile(text) if option.starts_with("seccomp") => format!("seccomp={text}"),
        _ => option.clone(),
    };
    host.security.options.iter().map(option).collect()
}

fn graph_driver(store: &Store, container: &Container, state: &State) -> Value {
    let path = |path: std::path::PathBuf| path.display().to_string();
    // The layers of a damaged image are unknown; the rest is still shown.
    let lowers = container.lowers(store).unwrap_or_default();
    let lowers: Vec<String> = lowers.into_iter().map(path).collect();
    // Mounted only in its supervisor's mount namespace.
    let merged = if state.is_active() {
        path(container.run_dir(store).join("root"))
    } else {
        String::new()
    };
    json!({
        "Data": {
            "LowerDir": lowers.join(":"),
            "MergedDir": merged,
            "UpperDir": path(container.upper()),
            "WorkDir": path(container.dir.join("work")),
        },
        "Name": "overlay",
    })
}

fn mounts(host: &HostConfig, store: &Store) -> Value {
    let binds = host.binds.iter().map(|bind| {
        json!({
            "Type": "bind",
            "Source": bind.source.display().to_string(),
            "Destination": bind.destination.display().to_string(),
            "Mode": bind.mode,
            "RW": !bind.read_only,
            "Propagation": bind.propagation,
        })
    });
    let tmpfs = host.tmpfs.iter().map(|tmpfs| {
        json!({
            "Type": "tmpfs",
            "Source": "",
            "Destination": tmpfs.destination.display().to_string(),
            "Mode": tmpfs.mode,
            "RW": !tmpfs.options.iter().any(|option| option == "ro"),
            "Propagation": "",
        })
    });
    let volumes = host.volumes.iter().map(|volume| {
        json!({
            "Type": "volume",
            "Name": volume.name,
            "Source": store.volume_data(&volume.name).display().to_string(),
            "Destination": volume.destination.display().to_string(),
            "Driver": "local",
            "Mode": volume.mode,
            "RW": !volume.read_only,
            "Propagation": "",
        })
    });
    binds.chain(volumes).chain(tmpfs).collect()
}

fn config_value(container: &Container) -> Value {
    let config = &container.config;
    let mut object = json!({
        "Hostname": config.hostname,
        "Domainname": "",
        "User": config.user,
        "AttachStdin": config.attached && config.open_stdin,
        "AttachStdout": config.attached,
        "AttachStderr": config.attached,
        "ExposedPorts": config.exposed_ports,
        "Tty": config.tty,
        "OpenStdin": config.open_stdin,
        "StdinOnce": config.attached && config.open_stdin,
        "Env": config.env,
        "Cmd": config.cmd,
        "Healthcheck": config.host.supervision.health,
        "Image": container.record.image_name,
        "Volumes": if config.volumes.is_empty() { Value::Null } else { json!(config.volumes) },
        "WorkingDir": config.working_dir,
        "Entrypoint": config.entrypoint,
        "OnBuild": null,
        "Labels": config.labels,
        "StopSignal": config.stop_signal.as_deref().unwrap_or_default(),
        "StopTimeout": config.stop_timeout,
        "Timeout": config.host.supervision.timeout.unwrap_or(0),
        "CreateCommand": list(&config.create_command),
        "sdNotifyMode": config.host.supervision.notify,
    });
    leave_out_empty(
        &mut object,
        &["ExposedPorts", "Healthcheck", "StopSignal", "StopTimeout"],
    );
    object
}

/// The network mode, as `--network` names it.
pub fn network_mode(network: &Network) -> String {
    match network {
        Network::Container(id) => return format!("container:{id}"),
        Network::Bridge(endpoints) => endpoints.first().map_or(network::DEFAULT, |endpoint| &endpoint.network),
        Network::None => "none",
        Network::Host => "host",
        Network::Pasta => "pasta",
    }
    .into()
}

fn namespace_mode(namespace: &Namespace) -> String {
    match namespace {
        Namespace::Private => String::new(),
        Namespace::Host => "host".into(),
        Namespace::Container(id) => format!("container:{id}"),
    }
}

/// Each port of the container with its addresses on the host.
fn port_bindings(published: &[Port]) -> Map<String, Value> {
    let mut bindings = Map::new();
    for port in published {
        let key = ports::key(port.container, port.protocol);
        let address = port.address.map_or(String::new(), |address| address.to_string());
        let binding = json!({ "HostIp": address, "HostPort": port.host_text() });
        match bindings.entry(key).or_insert_with(|| json!([])) {
            Value::Array(places) => places.push(binding),
            _ => unreachable!("arrays alone are inserted"),
        }
    }
    bindings
}

fn network_settings(container: &Container, store: &Store) -> Result<Value> {
    let mut published = container.ports(store)?;
    for port in &mut published {
        port.address.get_or_insert(Ipv4Addr::UNSPECIFIED.into());
    }
    let mut places = port_bindings(&published);
    for exposed in container.config.exposed_ports.keys() {
        places.entry(exposed.clone()).or_insert(Value::Null);
    }
    let place = match container.state()?.is_active() {
        true => addresses::find_attachments(store, &container.record.id)?,
        false => None,
    };
    let mut networks = Map::new();
    match &container.config.host.network {
        Network::Bridge(endpoints) => {
            for endpoint in endpoints {
                let attached = place.iter().flat_map(|place| &place.networks);
                let attached = attached
                    .clone()
                    .find(|attached| attached.network.name == endpoint.network);
                networks.insert(endpoint.network.clone(), endpoint_value(Some(endpoint), attached));
            }
        }
        // The container has no address of its own: it has the host's, or none.
        network => drop(networks.insert(network_mode(network), endpoint_value(None, None))),
    }
    let first = networks.values().next().cloned().unwrap_or_default();
    networks.sort_keys();
    Ok(json!({
        "Bridge": "",
        "SandboxID": "",
        "HairpinMode": false,
        "LinkLocalIPv6Address": "",
        "LinkLocalIPv6PrefixLen": 0,
        "Ports": places,
        "SandboxKey": "",
        "SecondaryIPAddresses": null,
        "SecondaryIPv6Addresses": null,
        "EndpointID": first["EndpointID"],
        "Gateway": first["Gateway"],
        "GlobalIPv6Address": first["GlobalIPv6Address"],
        "GlobalIPv6PrefixLen": first["GlobalIPv6PrefixLen"],
        "IPAddress": first["IPAddress"],
        "IPPrefixLen": first["IPPrefixLen"],
        "IPv6Gateway": first["IPv6Gateway"],
        "MacAddress": first["MacAddress"],
        "Networks": networks,
    }))
}

/// A container's endpoint in one network; empty fields while it has none.
fn endpoint_value(endpoint: Option<&Endpoint>, attached: Option<&Attached>) -> Value {
    let of = |v6: bool| {
        let attached = attached?;
        let mut pairs = attached.network.subnets.iter().zip(&attached.addresses);
        pairs.find(|(_, address)| address.is_ipv6() == v6)
    };
    let address = |v6| of(v6).map_or(String::new(), |(_, address)| address.to_string());
    let gateway = |v6| match of(v6) {
        Some((subnet, _)) if attached.is_some_and(|attached| !attached.network.internal) => subnet.gateway.to_string(),
        _ => String::new(),
    };
    let length = |v6| of(v6).map_or(0, |(subnet, _)| subnet.subnet.prefix_len());
    let asked = endpoint.map_or(&[][..], |endpoint| &endpoint.addresses);
    let asked = |v6: bool| {
        let found = asked.iter().find(|address| address.is_ipv6() == v6);
        found.map_or(String::new(), ToString::to_string)
    };
    let asked = match (asked(false), asked(true)) {
        (v4, v6) if v4.is_empty() && v6.is_empty() => Value::Null,
        (v4, v6) => json!({ "IPv4Address": v4, "IPv6Address": v6 }),
    };
    json!({
        "IPAMConfig": asked,
        "Links": null,
        "Aliases": endpoint.map_or(Value::Null, |endpoint| list(&endpoint.aliases)),
        "NetworkID": attached.map_or("", |attached| &attached.network.id),
        "EndpointID": "",
        "Gateway": gateway(false),
        "IPAddress": address(false),
        "IPPrefixLen": length(false),
        "IPv6Gateway": gateway(true),
        "GlobalIPv6Address": address(true),
        "GlobalIPv6PrefixLen": length(true),
        "MacAddress": attached.map_or("", |attached| &attached.mac),
        "DriverOpts": null,
    })
}

/// `null` for an empty list, as Go writes it.
fn list<T: serde::Serialize>(values: &[T]) -> Value {
    if values.is_empty() { Value::Null } else { json!(values) }
}
