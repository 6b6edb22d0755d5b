//! The runtime specification, except its mounts.
//!
//! Left out on purpose:
//!
//! - an ordinary user's user namespace: this process is in it already;
//! - seccomp, capabilities, working directory and no_new_privs: the [`crate::runtime::create::executor`] sets them, for
//!   run and exec alike;
//! - resources: lamel limits them itself ([`crate::runtime::cgroup`]).

use crate::runtime::create::spec::host::{Device, HostFacts};
use crate::runtime::create::spec::mounts;
use crate::runtime::model::command::{Command, Rlimit};
use crate::runtime::model::isolation::{Isolation, Namespace};
use crate::runtime::model::network::Network;
use crate::sys::userns::enter::Mapping;
use anyhow::{Context, Result, bail, ensure};
use libcontainer::oci_spec::runtime as oci;
use std::collections::HashMap;
use std::path::Path;

/// The specification of the container whose root is mounted at `rootfs`. `mapping`: of the user namespace that the
/// container is in.
pub fn spec(
    isolation: &Isolation,
    command: &Command,
    rootfs: &Path,
    mapping: Mapping,
    host: &HostFacts,
) -> Result<oci::Spec> {
    let root = oci::RootBuilder::default()
        .path(rootfs)
        .readonly(isolation.read_only)
        .build()?;
    let mut spec = oci::Spec::default();
    spec.set_version("1.0.2".into())
        .set_root(Some(root))
        // Not in a UTS namespace of the host or of another container, whose name it would change.
        .set_hostname((isolation.uts == Namespace::Private).then(|| isolation.hostname.clone()))
        .set_process(Some(process(command, mapping)?))
        .set_mounts(Some(mounts::mounts(isolation, mapping, host)?))
        .set_annotations(Some(isolation.annotations.clone().into_iter().collect()))
        .set_linux(Some(linux(isolation, mapping, host)?));
    Ok(spec)
}

/// The process part, which is also all that an exec needs.
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
        // libcontainer takes `false` for `true`.
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

fn linux(isolation: &Isolation, mapping: Mapping, host: &HostFacts) -> Result<oci::Linux> {
    let mut linux = oci::Linux::default();
    linux
        .set_namespaces(Some(namespaces(isolation, host)?))
        .set_masked_paths(Some(isolation.masked.clone()))
        .set_readonly_paths(Some(isolation.read_only_paths.clone()))
        .set_resources(None)
        .set_cgroups_path(Some(host.cgroup.clone()))
        .set_sysctl(Some(sysctls(isolation, mapping)));
    if !host.devices.is_empty() {
        // No node is made in a directory that the user mounts below /dev.
        let covered = |device: &Device| {
            let mut mounts = isolation.mounts.iter();
            mounts.any(|mount| mount.destination != Path::new("/dev") && device.path.starts_with(&mount.destination))
        };
        let devices = host.devices.iter().filter(|device| !covered(device));
        linux.set_devices(Some(devices.map(device).collect::<Result<_>>()?));
    }
    Ok(linux)
}

fn namespaces(isolation: &Isolation, host: &HostFacts) -> Result<Vec<oci::LinuxNamespace>> {
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
                let shared = host.shared_namespaces.get(id);
                builder = builder.path(
                    shared
                        .context("a namespace of a container that does not run")?
                        .join(file),
                );
            }
            (Namespace::Private, Some(path)) if typ == Type::Network => builder = builder.path(path.clone()),
            (Namespace::Private, _) => {}
        }
        namespaces.push(builder.build()?);
    }
    Ok(namespaces)
}

/// Docker's defaults (any user of the container may listen on any port, and ping), and the user's.
fn sysctls(isolation: &Isolation, mapping: Mapping) -> HashMap<String, String> {
    let mut sysctls = HashMap::new();
    // Not in another's network namespace.
    if matches!(isolation.network, Network::None | Network::Pasta | Network::Bridge(_)) {
        sysctls.insert("net.ipv4.ip_unprivileged_port_start".into(), "0".into());
        // The kernel refuses the range unless every group in it is mapped.
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
