//! `--device` and `--sysctl`.

use crate::container::config::isolation::namespaces::Namespaces;
use crate::container::config::storage::mounts::inside;
use crate::runtime::model::isolation::Namespace;
use crate::runtime::model::network::Network;
use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use std::fs;
use std::os::unix::fs::FileTypeExt;
use std::path::PathBuf;

/// A device of the host that the container may use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceNode {
    pub source: PathBuf,
    pub destination: PathBuf,
}

/// Parses `HOST[:CONTAINER[:PERMISSIONS]]`. lamel uses no device cgroup, so a device is given for reading and writing,
/// or not at all.
pub fn device(text: &str) -> Result<DeviceNode> {
    let parts: Vec<&str> = text.split(':').collect();
    let is_mode = |word: &str| !word.is_empty() && word.bytes().all(|b| b"rwm".contains(&b));
    let (source, destination, mode) = match parts[..] {
        [source] => (source, source, "rwm"),
        [source, mode] if is_mode(mode) => (source, source, mode),
        [source, destination] => (source, destination, "rwm"),
        [source, destination, mode] if is_mode(mode) => (source, destination, mode),
        _ => bail!("invalid device {text:?}: expected HOST[:CONTAINER[:rwm]]"),
    };
    if !mode.contains('r') || !mode.contains('w') {
        bail!("device {text:?} cannot be given for {mode:?} alone: the kernel's device cgroup is not used here");
    }
    let kind = fs::metadata(source)
        .with_context(|| format!("device {source}"))?
        .file_type();
    if !kind.is_char_device() && !kind.is_block_device() {
        bail!("{source} is no device");
    }
    Ok(DeviceNode {
        source: std::path::absolute(source)?,
        destination: inside(destination).with_context(|| format!("invalid device {text:?}"))?,
    })
}

/// Parses `NAME=VALUE`. The parameter must belong to a namespace that the container does not share: else it would
/// change the host. `network`: the container's network; `None`: the default, which is private.
pub fn sysctl(text: &str, namespaces: &Namespaces, network: Option<&Network>) -> Result<(String, String)> {
    let (name, value) = text
        .split_once('=')
        .with_context(|| format!("invalid sysctl {text:?}: expected NAME=VALUE"))?;
    let name = name.replace('/', ".");
    const IPC: [&str; 8] = [
        "kernel.msgmax",
        "kernel.msgmnb",
        "kernel.msgmni",
        "kernel.sem",
        "kernel.shmall",
        "kernel.shmmax",
        "kernel.shmmni",
        "kernel.shm_rmid_forced",
    ];
    let own = if name.starts_with("net.") {
        matches!(
            network,
            None | Some(Network::None | Network::Pasta | Network::Bridge(_))
        )
    } else if IPC.contains(&name.as_str()) || name.starts_with("fs.mqueue.") {
        namespaces.ipc == Namespace::Private
    } else if name == "kernel.domainname" {
        namespaces.uts == Namespace::Private
    } else {
        false
    };
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b)) && !name.contains("..");
    if !own || !plain {
        bail!("sysctl {name:?} is not allowed: it is not of a namespace that the container has for itself");
    }
    Ok((name, value.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_a_device_and_for_both_ways() {
        let null = device("/dev/null:/dev/nothing:rw").unwrap();
        assert_eq!(null.destination, PathBuf::from("/dev/nothing"));
        assert_eq!(device("/dev/null:rwm").unwrap().destination, PathBuf::from("/dev/null"));
        assert_eq!(device("/etc").unwrap_err().to_string(), "/etc is no device");
        assert!(device("/dev/null::r").is_err() && device("/dev/none").is_err());
        assert!(
            device("/dev/null:r")
                .unwrap_err()
                .to_string()
                .contains("cannot be given")
        );
    }

    #[test]
    fn parameters_are_of_the_containers_own_namespaces_alone() {
        let own = Namespaces::default();
        let check = |text| sysctl(text, &own, Some(&Network::None));
        assert_eq!(check("net/ipv4/ip_forward=1").unwrap().0, "net.ipv4.ip_forward");
        check("kernel.shmmax=1").unwrap();
        for bad in [
            "kernel.core_pattern=|x",
            "vm.swappiness=1",
            "net..=1",
            "net.ipv4",
            "net.$x=1",
        ] {
            assert!(check(bad).is_err(), "{bad}");
        }
        assert!(sysctl("net.core.somaxconn=1", &own, Some(&Network::Host)).is_err());
    }
}
