//! `info` as one JSON document.

use crate::commands::system::info::facts::Info;
use crate::commands::system::info::registries;
use crate::oci::digest::Digest;
use crate::oci::platform::Platform;
use crate::sys::mount::overlay::Flavour;
use chrono::{SecondsFormat, Utc};
use serde_json::{Value, json};

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The document: Docker's fields, then podman's, then lamel's own.
pub fn document(info: &Info) -> Value {
    let parts = [docker(info), podman(info), own(info)];
    let fields = parts.into_iter().filter_map(|part| match part {
        Value::Object(fields) => Some(fields),
        _ => None,
    });
    Value::Object(fields.flatten().collect())
}

fn docker(info: &Info) -> Value {
    let (host, store) = (&info.host, &info.store);
    let variable = |name: &str| std::env::var(name).unwrap_or_default();
    json!({
        "ID": id(info),
        "Containers": info.containers,
        "ContainersRunning": info.running,
        "ContainersPaused": info.paused,
        "ContainersStopped": info.stopped(),
        "Images": info.images,
        "Driver": "overlay",
        "DriverStatus": [["Flavour", flavour(store.flavour())]],
        "LoggingDriver": "json-file",
        "CgroupDriver": "cgroupfs",
        "CgroupVersion": info.cgroup_version(),
        "SystemTime": Utc::now().to_rfc3339_opts(SecondsFormat::Nanos, true),
        "KernelVersion": host.kernel,
        "OperatingSystem": host.operating_system,
        "OSVersion": host.distribution_version,
        "OSType": "linux",
        "Architecture": host.machine,
        "IndexServerAddress": "https://index.docker.io/v1/",
        "RegistryConfig": registries::docker(&info.registries),
        "NCPU": host.processors,
        "MemTotal": host.memory,
        "DockerRootDir": store.root(),
        "HttpProxy": variable("HTTP_PROXY"),
        "HttpsProxy": variable("HTTPS_PROXY"),
        "NoProxy": variable("NO_PROXY"),
        "Name": host.name,
        "Labels": [],
        "ExperimentalBuild": false,
        "ServerVersion": VERSION,
        "Runtimes": { "lamel": { "path": "lamel" } },
        "DefaultRuntime": "lamel",
        "Swarm": { "LocalNodeState": "inactive" },
        "LiveRestoreEnabled": true,
        "SecurityOptions": info.security_options(),
        "Warnings": info.warnings,
        "ClientInfo": {
            "Version": VERSION,
            "Os": "linux",
            "Arch": Platform::host().architecture(),
            "Context": "default",
        },
    })
}

fn podman(info: &Info) -> Value {
    let (host, store) = (&info.host, &info.store);
    let arch = Platform::host().architecture().to_string();
    json!({
        "Host": {
            "Arch": arch,
            "CgroupManager": "cgroupfs",
            "CgroupsVersion": match info.cgroup_version() {
                "" => String::new(),
                version => format!("v{version}"),
            },
            "CPUs": host.processors,
            "Distribution": { "Distribution": host.distribution, "Version": host.distribution_version },
            "Hostname": host.name,
            "Kernel": host.kernel,
            "LogDriver": "json-file",
            "MemFree": host.memory_free,
            "MemTotal": host.memory,
            "OCIRuntime": { "Name": "lamel", "Path": "lamel", "Version": format!("lamel version {VERSION}") },
            "OS": "linux",
            "Security": { "Rootless": info.rootless, "SECCOMPEnabled": true },
            "ServiceIsRemote": false,
            "Uptime": uptime(host.uptime),
        },
        "Store": {
            "ConfigFile": info.files.iter().rfind(|file| file.ends_with("/lamel.toml")).cloned().unwrap_or_default(),
            "ContainerStore": {
                "Number": info.containers,
                "Paused": info.paused,
                "Running": info.running,
                "Stopped": info.stopped(),
            },
            "GraphDriverName": "overlay",
            "GraphOptions": {},
            "GraphRoot": store.root(),
            "GraphStatus": { "Flavour": flavour(store.flavour()) },
            "ImageStore": { "Number": info.images },
            "RunRoot": store.run_root(),
        },
        "Registries": registries::podman(&info.registries),
        "Version": { "Version": VERSION, "Os": "linux", "OsArch": format!("linux/{arch}") },
    })
}

fn own(info: &Info) -> Value {
    let setting = |[name, value, origin]: &[String; 3]| json!({ "Name": name, "Value": value, "Origin": origin });
    json!({
        "Rootless": info.rootless,
        "IdMapping": info.mapping,
        "Settings": info.settings.iter().map(setting).collect::<Vec<_>>(),
        "ConfigFiles": info.files,
    })
}

pub fn flavour(flavour: Flavour) -> &'static str {
    match flavour {
        Flavour::Trusted => "trusted",
        Flavour::User => "user",
    }
}

/// An ID of this store on this machine, which never changes. machine-id(5) asks not to disclose the machine's own ID,
/// so it is hashed, together with the path of the store.
pub fn id(info: &Info) -> String {
    let root = info.store.root().display();
    let hex = Digest::of(format!("lamel {} {root}", info.host.machine_id).as_bytes()).hex();
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..32]].join("-")
}

/// A duration as podman writes it.
fn uptime(seconds: u64) -> String {
    format!("{}h {}m {}s", seconds / 3600, seconds / 60 % 60, seconds % 60)
}
