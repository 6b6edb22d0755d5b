use crate::runtime::create::spec::container_spec::{process, spec};
use crate::runtime::create::spec::host::{Device, HostFacts};
use crate::runtime::create::spec::mounts::mounts;
use crate::runtime::create::spec::system_paths::{MASKED, READ_ONLY};
use crate::runtime::model::command::{Command, Rlimit, Seccomp, UserIds};
use crate::runtime::model::isolation::{Isolation, Namespace};
use crate::runtime::model::mount::{Mount, MountKind};
use crate::runtime::model::network::Network;
use crate::runtime::security::capabilities::capabilities;
use crate::sys::userns::enter::Mapping;
use libcontainer::oci_spec::runtime as oci;
use serde_json::{Value, json};
use std::path::Path;

fn command() -> Command {
    Command {
        args: vec!["sh".into(), "-c".into(), "true".into()],
        env: vec!["PATH=/bin".into()],
        cwd: "/work".into(),
        user: UserIds {
            uid: 0,
            gid: 0,
            additional: vec![4],
            keeps_groups: false,
        },
        terminal: false,
        capabilities: capabilities(&[], &[], false).unwrap(),
        no_new_privileges: false,
        rlimits: vec![Rlimit {
            kind: "RLIMIT_NOFILE".into(),
            soft: 1024,
            hard: 4096,
        }],
        seccomp: Seccomp::Default,
        container_capabilities: capabilities(&[], &[], false).unwrap(),
        umask: 0o022,
        oom_score_adj: None,
    }
}

fn isolation() -> Isolation {
    Isolation {
        id: "0123".into(),
        hostname: "box".into(),
        read_only: false,
        privileged: false,
        masked: MASKED.map(String::from).to_vec(),
        read_only_paths: READ_ONLY.map(String::from).to_vec(),
        init: false,
        mounts: Vec::new(),
        network: Network::None,
        bridges: None,
        host_gateway: false,
        ports: Vec::new(),
        pid: Namespace::Private,
        ipc: Namespace::Private,
        uts: Namespace::Private,
        cgroup: Namespace::Private,
        shared_namespaces: Default::default(),
        shm_size: None,
        limits: Default::default(),
        sysctls: Default::default(),
        annotations: Default::default(),
    }
}

fn bind(source: &str, destination: &str) -> Mount {
    Mount {
        kind: MountKind::Bind {
            source: source.into(),
            recursive: true,
            propagation: None,
            map_ids: false,
        },
        destination: destination.into(),
        read_only: false,
        options: Vec::new(),
    }
}

fn json_of(isolation: &Isolation, mapping: Mapping, host: &HostFacts) -> Value {
    serde_json::to_value(spec(isolation, &command(), Path::new("/r"), mapping, host).unwrap()).unwrap()
}

/// Type, source and options of the mount at `destination`.
fn mount_at(spec: &Value, destination: &str) -> Option<String> {
    let mounts = spec["mounts"].as_array().unwrap();
    let mount = mounts.iter().rev().find(|mount| mount["destination"] == destination)?;
    let options: Vec<_> = mount["options"]
        .as_array()
        .unwrap()
        .iter()
        .map(|option| option.as_str().unwrap())
        .collect();
    Some(format!(
        "{} {} {}",
        mount["type"].as_str()?,
        mount["source"].as_str()?,
        options.join(",")
    ))
}

#[test]
fn a_container_without_options_has_this_specification() {
    let host = HostFacts {
        cgroup2: true,
        cgroup: "/c".into(),
        ..HostFacts::default()
    };
    let mut found = json_of(&isolation(), Mapping::Host, &host);
    found["linux"]["sysctl"].sort_all_objects();
    assert_eq!(
        found,
        json!({
            "ociVersion": "1.0.2",
            "root": {"path": "/r", "readonly": false},
            "hostname": "box",
            "annotations": {},
            "process": {
                "terminal": false,
                "user": {"uid": 0, "gid": 0, "umask": 18, "additionalGids": [4]},
                "args": ["sh", "-c", "true"],
                "env": ["PATH=/bin"],
                "cwd": "/",
                "rlimits": [{"type": "RLIMIT_NOFILE", "hard": 4096, "soft": 1024}],
            },
            "mounts": [
                {"destination": "/proc", "type": "proc", "source": "proc", "options": ["nosuid", "noexec", "nodev"]},
                {"destination": "/dev", "type": "tmpfs", "source": "tmpfs",
                    "options": ["nosuid", "strictatime", "mode=755", "size=65536k"]},
                {"destination": "/dev/pts", "type": "devpts", "source": "devpts",
                    "options": ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"]},
                {"destination": "/sys", "type": "sysfs", "source": "sysfs",
                    "options": ["nosuid", "noexec", "nodev", "ro"]},
                {"destination": "/sys/fs/cgroup", "type": "cgroup2", "source": "cgroup",
                    "options": ["nosuid", "noexec", "nodev", "ro"]},
                {"destination": "/dev/mqueue", "type": "mqueue", "source": "mqueue",
                    "options": ["nosuid", "noexec", "nodev"]},
                {"destination": "/dev/shm", "type": "tmpfs", "source": "shm",
                    "options": ["nosuid", "noexec", "nodev", "mode=1777", "size=67108864"]},
            ],
            "linux": {
                "sysctl": {
                    "net.ipv4.ip_unprivileged_port_start": "0",
                    "net.ipv4.ping_group_range": "0 2147483647",
                },
                "cgroupsPath": "/c",
                "namespaces": [
                    {"type": "pid"}, {"type": "ipc"}, {"type": "uts"}, {"type": "mount"}, {"type": "cgroup"},
                    {"type": "network"},
                ],
                "maskedPaths": [
                    "/proc/asound", "/proc/acpi", "/proc/interrupts", "/proc/kcore", "/proc/keys",
                    "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug", "/proc/scsi",
                    "/sys/firmware", "/sys/devices/virtual/powercap",
                ],
                "readonlyPaths": ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"],
            },
        })
    );
}

#[test]
fn with_a_single_id_there_is_no_tty_group_and_no_supplementary_group() {
    let found = json_of(&isolation(), Mapping::Single, &HostFacts::default());
    assert_eq!(
        mount_at(&found, "/dev/pts").unwrap(),
        "devpts devpts nosuid,noexec,newinstance,ptmxmode=0666,mode=0620"
    );
    assert_eq!(found["process"]["user"]["additionalGids"], Value::Null);
    let other = Command {
        user: UserIds {
            uid: 7,
            ..UserIds::default()
        },
        ..command()
    };
    let error = spec(
        &isolation(),
        &other,
        Path::new("/r"),
        Mapping::Single,
        &HostFacts::default(),
    )
    .unwrap_err();
    assert!(error.to_string().starts_with("user 7:0 does not exist here"), "{error}");
}

#[test]
fn with_the_hosts_network_an_ordinary_user_sees_the_hosts_sys() {
    let host_network = Isolation {
        network: Network::Host,
        ..isolation()
    };
    let user = json_of(&host_network, Mapping::Subordinate, &HostFacts::default());
    assert_eq!(
        mount_at(&user, "/sys").unwrap(),
        "bind /sys rbind,nosuid,noexec,nodev,rro"
    );
    assert_eq!(user["linux"]["sysctl"], json!({}));
    assert!(
        !user["linux"]["namespaces"]
            .as_array()
            .unwrap()
            .contains(&json!({"type": "network"}))
    );
    let root = json_of(&host_network, Mapping::Host, &HostFacts::default());
    assert_eq!(mount_at(&root, "/sys").unwrap(), "sysfs sysfs nosuid,noexec,nodev,ro");
}

#[test]
fn a_prepared_network_namespace_is_joined() {
    let host = HostFacts {
        network_namespace: Some("/run/n".into()),
        ..HostFacts::default()
    };
    let found = json_of(
        &Isolation {
            network: Network::Pasta,
            ..isolation()
        },
        Mapping::Host,
        &host,
    );
    assert_eq!(
        found["linux"]["namespaces"][5],
        json!({"type": "network", "path": "/run/n"})
    );
}

#[test]
fn privileged_masks_nothing_and_has_the_hosts_devices() {
    let device = Device {
        path: "/dev/sda".into(),
        block: true,
        major: 8,
        minor: 0,
        mode: 0o660,
        uid: 0,
        gid: 6,
    };
    let host = HostFacts {
        cgroup2: true,
        devices: vec![device],
        ..HostFacts::default()
    };
    let found = json_of(
        &Isolation {
            privileged: true,
            ..isolation()
        },
        Mapping::Host,
        &host,
    );
    assert_eq!(mount_at(&found, "/sys").unwrap(), "sysfs sysfs nosuid,noexec,nodev");
    assert_eq!(
        mount_at(&found, "/sys/fs/cgroup").unwrap(),
        "cgroup2 cgroup nosuid,noexec,nodev"
    );
    assert_eq!(
        found["linux"]["devices"],
        json!([{"path": "/dev/sda", "type": "b", "major": 8, "minor": 0, "fileMode": 0o660, "uid": 0, "gid": 6}])
    );
}

#[test]
fn user_mounts_follow_or_replace_the_default_ones() {
    let tmpfs = Mount {
        kind: MountKind::Tmpfs,
        destination: "/dev/shm".into(),
        read_only: false,
        options: vec!["size=1m".into(), "exec".into()],
    };
    let read_only = Mount {
        read_only: true,
        ..bind("/data", "/d")
    };
    let own = Isolation {
        mounts: vec![tmpfs, read_only, bind("/a", "/b")],
        ..isolation()
    };
    let found = json_of(&own, Mapping::Host, &HostFacts::default());
    assert_eq!(
        mount_at(&found, "/dev/shm").unwrap(),
        "tmpfs tmpfs nosuid,nodev,noexec,size=1m,exec,nodev"
    );
    assert_eq!(mount_at(&found, "/d").unwrap(), "bind /data rbind,rprivate,rro,rnodev");
    assert_eq!(mount_at(&found, "/b").unwrap(), "bind /a rbind,rprivate,rnodev");
    let shm = found["mounts"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|mount| mount["destination"] == "/dev/shm");
    assert_eq!(shm.count(), 1);
    // In a user namespace the kernel lets no device node work anyway, and a mounted /dev/fuse must.
    let user = json_of(&own, Mapping::Subordinate, &HostFacts::default());
    assert_eq!(mount_at(&user, "/b").unwrap(), "bind /a rbind,rprivate");
}

#[test]
fn what_redestinations_a_default_mount_is_mounted_before_what_is_below_it() {
    let memory = Mount {
        kind: MountKind::Tmpfs,
        destination: "/dev".into(),
        read_only: false,
        options: Vec::new(),
    };
    let own = Isolation {
        mounts: vec![memory, bind("/s", "/sys"), bind("/g", "/sys/fs/cgroup")],
        ..isolation()
    };
    let host = HostFacts {
        cgroup2: true,
        ..HostFacts::default()
    };
    let found = json_of(&own, Mapping::Host, &host);
    let mounts = found["mounts"].as_array().unwrap().iter();
    let destinations: Vec<_> = mounts.map(|mount| mount["destination"].as_str().unwrap()).collect();
    assert_eq!(
        destinations,
        [
            "/proc",
            "/dev",
            "/dev/pts",
            "/sys",
            "/dev/mqueue",
            "/dev/shm",
            "/sys/fs/cgroup"
        ]
    );
    assert_eq!(
        mount_at(&found, "/dev").unwrap(),
        "tmpfs tmpfs nosuid,nodev,noexec,nodev"
    );
    assert_eq!(
        mount_at(&found, "/sys/fs/cgroup").unwrap(),
        "bind /g rbind,rprivate,rnodev"
    );
}

#[test]
fn mounts_that_would_break_out_are_refused() {
    let error = |destination: &str| {
        let own = Isolation {
            mounts: vec![bind("/a", destination)],
            ..isolation()
        };
        spec(&own, &command(), Path::new("/r"), Mapping::Host, &HostFacts::default())
            .unwrap_err()
            .to_string()
    };
    assert_eq!(error("relative"), "the mount destination relative is not absolute");
    assert_eq!(error("/"), "nothing can be mounted over the container's root");
    assert_eq!(error("/a/../b"), "the mount destination /a/../b has a '..'");
    assert!(error("//dev/.").starts_with("a directory of the host's cannot be mounted at /dev"));
}

#[test]
fn the_init_is_this_programs_file() {
    let host = HostFacts {
        executable: "/usr/bin/lamel".into(),
        ..HostFacts::default()
    };
    let found = json_of(
        &Isolation {
            init: true,
            ..isolation()
        },
        Mapping::Host,
        &host,
    );
    assert_eq!(
        mount_at(&found, "/dev/lamel-init").unwrap(),
        "bind /usr/bin/lamel bind,ro,nosuid,nodev"
    );
}

#[test]
fn an_unknown_limit_is_an_error() {
    let odd = Command {
        rlimits: vec![Rlimit {
            kind: "RLIMIT_X".into(),
            soft: 0,
            hard: 0,
        }],
        ..command()
    };
    assert_eq!(
        process(&odd, Mapping::Host).unwrap_err().to_string(),
        "unknown resource limit RLIMIT_X"
    );
}

/// If each one were looked for among those before it, this would not end within the suite.
#[test]
fn two_hundred_thousand_mounts_are_in_the_specification_once() {
    let mounts = |source: &str| {
        (0..200_000)
            .map(|n| bind(source, &format!("/dev/v{n}")))
            .collect::<Vec<_>>()
    };
    let mut isolation = isolation();
    let before = mounts_of(&isolation);
    isolation.mounts = [mounts("/a"), mounts("/b")].concat();
    let after = mounts_of(&isolation);
    assert_eq!(after.len(), before.len() + 200_000);
    assert!(
        after[before.len()..]
            .iter()
            .all(|mount| mount.source().as_deref() == Some(Path::new("/b")))
    );
}

fn mounts_of(isolation: &Isolation) -> Vec<oci::Mount> {
    mounts(isolation, Mapping::Host, &HostFacts::default()).unwrap()
}
