//! The runtime specification (OCI runtime-spec, config.md) of a container: from plain values, without looking at the
//! host, so that it can be compared in a test. The defaults are Docker's (moby, oci/defaults.go).
//!
//! Some things are left out on purpose: an ordinary user's user namespace, because this process is in it already; seccomp,
//! capabilities, working directory and no_new_privs, because the [`crate::runtime::create::executor::run`] sets them for run and exec alike;
//! resources, because nothing is limited.

pub mod devices;
#[cfg(test)]
mod tests;

use crate::runtime::model::command::{Command, Rlimit};
use crate::runtime::model::isolation::{Isolation, Namespace};
use crate::runtime::model::mount::normalize_destination;
use crate::runtime::model::mount::{Mount, MountKind};
use crate::runtime::model::network::Network;
use crate::sys::userns::enter::Mapping;
use anyhow::{Context, Result, bail, ensure};
use libcontainer::oci_spec::runtime as oci;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

/// Where the init of `--init` is mounted in the container. Its file name is how our binary knows what it is to be.
pub const INIT: &str = "/dev/lamel-init";

const CGROUPS: &str = "/sys/fs/cgroup";

/// What of the host the specification depends on.
#[derive(Debug, Clone, Default)]
pub struct Host {
    /// Whether the kernel has cgroup v2, to show the container its own cgroup.
    pub cgroup2: bool,
    /// What libcontainer is to take for the container's cgroup.
    pub cgroup: PathBuf,
    /// Our own binary, for `--init`.
    pub executable: PathBuf,
    /// The container's own user namespace, where it has one that this process is not in.
    pub user_namespace: Option<PathBuf>,
    /// A network namespace that is there already.
    pub network_namespace: Option<PathBuf>,
    /// Whether the host has /dev/mqueue mounted, for a container that has its IPC namespace.
    pub mqueue: bool,
    /// Where the namespaces of other containers are, which this one has in part, by their IDs.
    pub peers: BTreeMap<String, PathBuf>,
    /// Where another container's /dev/shm is to be found, for one that has its IPC namespace.
    pub shared_memory: Option<PathBuf>,
    /// The host's devices, for a privileged container.
    pub devices: Vec<Device>,
}

/// A device node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Absolute, below /dev.
    pub path: PathBuf,
    pub block: bool,
    pub major: u32,
    pub minor: u32,
    pub mode: u32,
    pub uid: u32,
    pub gid: u32,
}

/// What cannot be read in a container where nothing else is said: it tells of the host.
pub const MASKED: [&str; 12] = [
    "/proc/asound",
    "/proc/acpi",
    "/proc/interrupts",
    "/proc/kcore",
    "/proc/keys",
    "/proc/latency_stats",
    "/proc/timer_list",
    "/proc/timer_stats",
    "/proc/sched_debug",
    "/proc/scsi",
    "/sys/firmware",
    // Power readings leak what other tenants compute (PLATYPUS, CVE-2020-8694).
    "/sys/devices/virtual/powercap",
];
/// What cannot be written there: it changes the host.
pub const READ_ONLY: [&str; 5] = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

/// The specification of the container whose root is mounted at `rootfs`.
pub fn spec(
    isolation: &Isolation,
    command: &Command,
    rootfs: &Path,
    mapping: Mapping,
    host: &Host,
) -> Result<oci::Spec> {
    let root = oci::RootBuilder::default()
        .path(rootfs)
        .readonly(isolation.read_only)
        .build()?;
    let mut spec = oci::Spec::default();
    spec.set_version("1.0.2".into())
        .set_root(Some(root))
        // In the namespace of the host or of another container it would be their name.
        .set_hostname((isolation.uts == Namespace::Private).then(|| isolation.hostname.clone()))
        .set_process(Some(process(command, mapping)?))
        .set_mounts(Some(mounts(isolation, mapping, host)?))
        .set_annotations(Some(isolation.annotations.clone().into_iter().collect()))
        .set_linux(Some(linux(isolation, mapping, host)?));
    Ok(spec)
}

/// The process part; all that a further process of a running container needs.
pub fn process(command: &Command, mapping: Mapping) -> Result<oci::Process> {
    let ids = &command.user;
    if mapping == Mapping::Single && (ids.uid, ids.gid) != (0, 0) {
        bail!(
            "user {}:{} does not exist here: without subordinate ids a container has one user, root; \
             'usermod --add-subuids 100000-165535 --add-subgids 100000-165535 USER' as root adds them",
            ids.uid,
            ids.gid
        );
    }
    ensure!(!command.args.is_empty(), "no command given");
    let mut user = oci::UserBuilder::default()
        .uid(ids.uid)
        .gid(ids.gid)
        .umask(command.umask);
    if mapping != Mapping::Single && !ids.additional.is_empty() {
        user = user.additional_gids(ids.additional.clone());
    }
    let mut process = oci::Process::default();
    process
        .set_terminal(Some(command.terminal))
        .set_user(user.build()?)
        .set_args(Some(command.args.clone()))
        .set_env(Some(command.env.clone()))
        .set_cwd("/".into())
        .set_rlimits(Some(command.rlimits.iter().map(rlimit).collect::<Result<_>>()?))
        .set_oom_score_adj(command.oom_score_adj)
        .set_capabilities(None)
        // Absent, not false: libcontainer counts both values as asked for.
        .set_no_new_privileges(None);
    Ok(process)
}

fn rlimit(rlimit: &Rlimit) -> Result<oci::PosixRlimit> {
    let typ: oci::PosixRlimitType = rlimit
        .kind
        .parse()
        .ok()
        .with_context(|| format!("unknown resource limit {}", rlimit.kind))?;
    Ok(oci::PosixRlimitBuilder::default()
        .typ(typ)
        .soft(rlimit.soft)
        .hard(rlimit.hard)
        .build()?)
}

fn linux(isolation: &Isolation, mapping: Mapping, host: &Host) -> Result<oci::Linux> {
    let mut linux = oci::Linux::default();
    linux
        .set_namespaces(Some(namespaces(isolation, host)?))
        .set_masked_paths(Some(isolation.masked.clone()))
        .set_readonly_paths(Some(isolation.read_only_paths.clone()))
        .set_resources(None)
        .set_cgroups_path(Some(host.cgroup.clone()))
        .set_sysctl(Some(sysctls(isolation, mapping)));
    if !host.devices.is_empty() {
        // None is made in what the user mounts there.
        let covered = |device: &Device| {
            let mut mounts = isolation.mounts.iter();
            mounts.any(|mount| mount.destination != Path::new("/dev") && device.path.starts_with(&mount.destination))
        };
        let devices = host.devices.iter().filter(|device| !covered(device));
        linux.set_devices(Some(devices.map(device).collect::<Result<_>>()?));
    }
    Ok(linux)
}

fn namespaces(isolation: &Isolation, host: &Host) -> Result<Vec<oci::LinuxNamespace>> {
    use oci::LinuxNamespaceType as Type;
    let mut namespaces = Vec::new();
    if let Some(path) = &host.user_namespace {
        let user = oci::LinuxNamespaceBuilder::default().typ(Type::User);
        namespaces.push(user.path(path.clone()).build()?);
    }
    let network = match &isolation.network {
        Network::Host => Namespace::Host,
        Network::Container(id) => Namespace::Container(id.clone()),
        Network::None | Network::Pasta | Network::Bridge(_) => Namespace::Private,
    };
    for (typ, file, namespace) in [
        (Type::Pid, "pid", &isolation.pid),
        (Type::Ipc, "ipc", &isolation.ipc),
        (Type::Uts, "uts", &isolation.uts),
        (Type::Mount, "mnt", &Namespace::Private),
        (Type::Cgroup, "cgroup", &isolation.cgroup),
        (Type::Network, "net", &network),
    ] {
        let mut builder = oci::LinuxNamespaceBuilder::default().typ(typ);
        match (namespace, &host.network_namespace) {
            (Namespace::Host, _) => continue,
            (Namespace::Container(id), _) => {
                let peer = host.peers.get(id);
                builder = builder.path(peer.context("a namespace of a container that does not run")?.join(file));
            }
            (Namespace::Private, Some(path)) if typ == Type::Network => builder = builder.path(path.clone()),
            (Namespace::Private, _) => {}
        }
        namespaces.push(builder.build()?);
    }
    Ok(namespaces)
}

/// Docker's: any user of the container may listen on any port, and ping.
fn sysctls(isolation: &Isolation, mapping: Mapping) -> HashMap<String, String> {
    let mut sysctls = HashMap::new();
    // Of a namespace that is another's they are not ours to set.
    if matches!(isolation.network, Network::None | Network::Pasta | Network::Bridge(_)) {
        sysctls.insert("net.ipv4.ip_unprivileged_port_start".into(), "0".into());
        // Every group must be mapped, or the kernel refuses the range.
        if mapping == Mapping::Host {
            sysctls.insert("net.ipv4.ping_group_range".into(), "0 2147483647".into());
        }
    }
    sysctls.extend(isolation.sysctls.clone());
    sysctls
}

fn device(device: &Device) -> Result<oci::LinuxDevice> {
    let typ = if device.block {
        oci::LinuxDeviceType::B
    } else {
        oci::LinuxDeviceType::C
    };
    Ok(oci::LinuxDeviceBuilder::default()
        .path(device.path.clone())
        .typ(typ)
        .major(i64::from(device.major))
        .minor(i64::from(device.minor))
        .file_mode(device.mode)
        .uid(device.uid)
        .gid(device.gid)
        .build()?)
}

/// The default mounts, and the user's: each in the place of the default one that it replaces, so that it is not mounted over what is
/// below that one, or after them.
fn mounts(isolation: &Isolation, mapping: Mapping, host: &Host) -> Result<Vec<oci::Mount>> {
    let mut mounts = default_mounts(isolation, mapping, host)?;
    if isolation
        .mounts
        .iter()
        .any(|mount| mount.destination == Path::new("/sys"))
    {
        // Nothing is made in what the user wants there.
        mounts.retain(|default| default.destination() != Path::new(CGROUPS));
    }
    let devices = devices_work(isolation, mapping, host.user_namespace.is_some());
    let known = mounts.iter().enumerate();
    let mut places: HashMap<PathBuf, usize> = known
        .map(|(index, mount)| (mount.destination().clone(), index))
        .collect();
    for mount in &isolation.mounts {
        let own = user_mount(mount, devices)?;
        let place = *places.entry(own.destination().clone()).or_insert(mounts.len());
        match mounts.get_mut(place) {
            Some(default) => *default = own,
            None => mounts.push(own),
        }
    }
    Ok(mounts)
}

/// Whether device nodes in what the user mounts may work. Outside a user namespace they would, and there is no device cgroup.
pub fn devices_work(isolation: &Isolation, mapping: Mapping, own_userns: bool) -> bool {
    // What root mounts works in a user namespace of the container's, too.
    (isolation.privileged || mapping != Mapping::Host) && !own_userns
}

fn default_mounts(isolation: &Isolation, mapping: Mapping, host: &Host) -> Result<Vec<oci::Mount>> {
    let read_only: &[&str] = if isolation.privileged { &[] } else { &["ro"] };
    let quiet = ["nosuid", "noexec", "nodev"].as_slice();
    let shm_size = format!("size={}", isolation.shm_size.unwrap_or(64 << 20));
    let devpts: &[&str] = match mapping {
        // Group 5 is tty; without subordinate ids there is no such group.
        Mapping::Single => &["newinstance", "ptmxmode=0666", "mode=0620"],
        _ => &["newinstance", "ptmxmode=0666", "mode=0620", "gid=5"],
    };
    let sysfs = match (&isolation.network, mapping) {
        // A sysfs shows the network namespace, so only its owner may mount one.
        (Network::Host, Mapping::Subordinate | Mapping::Single) => {
            let recursive_read_only: &[&str] = if isolation.privileged { &[] } else { &["rro"] };
            mount("/sys", "bind", "/sys", &[&["rbind"], quiet, recursive_read_only])?
        }
        _ => mount("/sys", "sysfs", "sysfs", &[quiet, read_only])?,
    };
    let mut mounts = vec![
        match (&isolation.pid, mapping) {
            // Likewise for processes.
            (Namespace::Host, Mapping::Subordinate | Mapping::Single) => {
                mount("/proc", "bind", "/proc", &[&["rbind"], quiet])?
            }
            _ => mount("/proc", "proc", "proc", &[quiet])?,
        },
        mount(
            "/dev",
            "tmpfs",
            "tmpfs",
            &[&["nosuid", "strictatime", "mode=755", "size=65536k"]],
        )?,
        mount("/dev/pts", "devpts", "devpts", &[&["nosuid", "noexec"], devpts])?,
        sysfs,
    ];
    if host.cgroup2 {
        // By its own name: under "cgroup" libcontainer would choose by what this process sees at /sys/fs/cgroup.
        mounts.push(mount(CGROUPS, "cgroup2", "cgroup", &[quiet, read_only])?);
    }
    if isolation.ipc == Namespace::Host {
        let places = [("/dev/mqueue", host.mqueue), ("/dev/shm", true)];
        for (place, _) in places.iter().filter(|(_, there)| *there) {
            mounts.push(mount(place, "bind", place, &[&["bind"], quiet])?);
        }
    } else {
        mounts.push(mount("/dev/mqueue", "mqueue", "mqueue", &[quiet])?);
        mounts.push(match &host.shared_memory {
            Some(path) => {
                let source = path.to_str().context("the path of the run directory is not UTF-8")?;
                mount("/dev/shm", "bind", source, &[&["bind"], quiet])?
            }
            None => mount("/dev/shm", "tmpfs", "shm", &[quiet, &["mode=1777", &shm_size]])?,
        });
    }
    if isolation.init {
        let source = host
            .executable
            .to_str()
            .context("the path of this program is not UTF-8")?;
        mounts.push(mount(INIT, "bind", source, &[&["bind", "ro", "nosuid", "nodev"]])?);
    }
    Ok(mounts)
}

/// `devices`: whether device nodes in it may work.
fn user_mount(user: &Mount, devices: bool) -> Result<oci::Mount> {
    let destination = normalize_destination(&user.destination)?;
    let mut options: Vec<&str> = Vec::new();
    let (typ, source) = match &user.kind {
        MountKind::Bind {
            source,
            recursive,
            propagation,
            ..
        } => {
            // Under a bind mount of /dev, the nodes that every container gets would be made on the host.
            ensure!(
                destination != "/dev",
                "a directory of the host's cannot be mounted at /dev; --privileged adds all devices"
            );
            options.push(if *recursive { "rbind" } else { "bind" });
            options.push(propagation.as_deref().unwrap_or("rprivate"));
            if user.read_only {
                options.push(if *recursive { "rro" } else { "ro" });
            }
            let source = source
                .to_str()
                .with_context(|| format!("the path {} is not UTF-8", source.display()))?;
            ("bind", source)
        }
        MountKind::Device { source } => {
            let source = source
                .to_str()
                .with_context(|| format!("the path {} is not UTF-8", source.display()))?;
            return mount(
                &destination,
                "bind",
                source,
                &[&["bind", "rprivate", "nosuid", "noexec"]],
            );
        }
        MountKind::Tmpfs => {
            options.extend(["nosuid", "nodev", "noexec"]);
            if user.read_only {
                options.push("ro");
            }
            ("tmpfs", "tmpfs")
        }
    };
    options.extend(user.options.iter().map(String::as_str));
    if !devices {
        // With all below it, where that comes along.
        options.push(if options.contains(&"rbind") { "rnodev" } else { "nodev" });
    }
    mount(&destination, typ, source, &[&options])
}

fn mount(destination: &str, typ: &str, source: &str, options: &[&[&str]]) -> Result<oci::Mount> {
    let options: Vec<String> = options.concat().into_iter().map(str::to_owned).collect();
    Ok(oci::MountBuilder::default()
        .destination(destination)
        .typ(typ)
        .source(source)
        .options(options)
        .build()?)
}
