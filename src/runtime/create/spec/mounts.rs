//! The mounts of the specification.

use crate::runtime::create::spec::host::HostFacts;
use crate::runtime::model::isolation::{Isolation, Namespace};
use crate::runtime::model::mount::{Mount, MountKind, normalize_destination};
use crate::runtime::model::network::Network;
use crate::sys::userns::enter::Mapping;
use anyhow::{Context, Result, ensure};
use libcontainer::oci_spec::runtime as oci;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Where the init of `--init` is mounted in the container. Its file name tells this program that it is to be the init.
pub const INIT: &str = "/dev/lamel-init";

const CGROUPS: &str = "/sys/fs/cgroup";

/// The default mounts and the user's. A user's mount takes the position of the default mount that it replaces, so that
/// it does not cover mounts below that one; the others come last.
pub fn mounts(isolation: &Isolation, mapping: Mapping, host: &HostFacts) -> Result<Vec<oci::Mount>> {
    let mut mounts = default_mounts(isolation, mapping, host)?;
    if isolation
        .mounts
        .iter()
        .any(|mount| mount.destination == Path::new("/sys"))
    {
        // The user mounts something else at /sys: nothing is mounted inside it.
        mounts.retain(|default| default.destination() != Path::new(CGROUPS));
    }
    let devices = devices_work(isolation, mapping, host.user_namespace.is_some());
    let defaults = mounts.iter().enumerate();
    let mut positions: HashMap<PathBuf, usize> = defaults
        .map(|(index, mount)| (mount.destination().clone(), index))
        .collect();
    for mount in &isolation.mounts {
        let own = user_mount(mount, devices)?;
        let position = *positions.entry(own.destination().clone()).or_insert(mounts.len());
        match mounts.get_mut(position) {
            Some(default) => *default = own,
            None => mounts.push(own),
        }
    }
    Ok(mounts)
}

/// Whether device nodes in the user's mounts may work. In a user namespace they never do; outside there is no device
/// cgroup to stop them.
pub fn devices_work(isolation: &Isolation, mapping: Mapping, own_userns: bool) -> bool {
    // A container with a user namespace of its own gets mounts that were made outside, where device nodes work.
    (isolation.privileged || mapping != Mapping::Host) && !own_userns
}

fn default_mounts(isolation: &Isolation, mapping: Mapping, host: &HostFacts) -> Result<Vec<oci::Mount>> {
    let read_only: &[&str] = if isolation.privileged { &[] } else { &["ro"] };
    let restricted = ["nosuid", "noexec", "nodev"].as_slice();
    let shm_size = format!("size={}", isolation.shm_size.unwrap_or(64 << 20));
    let devpts: &[&str] = match mapping {
        // Group 5 is tty, which does not exist without subordinate ids.
        Mapping::Single => &["newinstance", "ptmxmode=0666", "mode=0620"],
        _ => &["newinstance", "ptmxmode=0666", "mode=0620", "gid=5"],
    };
    let sysfs = match (&isolation.network, mapping) {
        // A sysfs shows the network namespace, so only the owner of that may mount one.
        (Network::Host, Mapping::Subordinate | Mapping::Single) => {
            let recursive_read_only: &[&str] = if isolation.privileged { &[] } else { &["rro"] };
            mount("/sys", "bind", "/sys", &[&["rbind"], restricted, recursive_read_only])?
        }
        _ => mount("/sys", "sysfs", "sysfs", &[restricted, read_only])?,
    };
    let mut mounts = vec![
        match (&isolation.pid, mapping) {
            // Likewise a proc shows the PID namespace.
            (Namespace::Host, Mapping::Subordinate | Mapping::Single) => {
                mount("/proc", "bind", "/proc", &[&["rbind"], restricted])?
            }
            _ => mount("/proc", "proc", "proc", &[restricted])?,
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
        // Not "cgroup": libcontainer would then mount the version that this process sees at /sys/fs/cgroup.
        mounts.push(mount(CGROUPS, "cgroup2", "cgroup", &[restricted, read_only])?);
    }
    if isolation.ipc == Namespace::Host {
        let shared = [("/dev/mqueue", host.mqueue), ("/dev/shm", true)];
        for (path, _) in shared.iter().filter(|(_, exists)| *exists) {
            mounts.push(mount(path, "bind", path, &[&["bind"], restricted])?);
        }
    } else {
        mounts.push(mount("/dev/mqueue", "mqueue", "mqueue", &[restricted])?);
        mounts.push(match &host.shared_memory {
            Some(path) => {
                let source = path.to_str().context("the path of the run directory is not UTF-8")?;
                mount("/dev/shm", "bind", source, &[&["bind"], restricted])?
            }
            None => mount("/dev/shm", "tmpfs", "shm", &[restricted, &["mode=1777", &shm_size]])?,
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

/// The specification's form of a user's mount. `devices`: whether device nodes in it may work.
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
            // Otherwise the default device nodes would be made in the host's directory.
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
        // Recursively, if the mount is.
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
