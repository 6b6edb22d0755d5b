//! The container's own /etc/hostname, /etc/hosts and /etc/resolv.conf: written into its directory at each start, and
//! mounted over the image's files. The last two change when its networks change while it runs.

pub mod hosts;
pub mod resolv_conf;

use crate::container::config::Config;
use crate::container::config::process::time_zone;
use crate::container::network::attachments::Attachments;
use crate::runtime::model::mount::{Mount, MountKind};
use crate::runtime::model::network::Network;
use crate::runtime::network::pasta;
use crate::sys::net;
use anyhow::{Context, Result};
use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// Bytes of the host's files that are read at most.
const MAX_FILE: u64 = 1 << 20;

/// The paths of the files in the container, and their names in the container's directory.
pub const FILES: [(&str, &str); 3] = [
    ("/etc/hostname", "hostname"),
    ("/etc/hosts", "hosts"),
    ("/etc/resolv.conf", "resolv.conf"),
];

/// Where systemd-resolved lists the real servers. /etc/resolv.conf names its own, on the host's loopback, which a
/// container cannot reach.
const BEHIND_RESOLVED: &str = "/run/systemd/resolve/resolv.conf";

/// Writes the files and returns their mounts, without those that the user mounts something else over. A container in
/// another one's network gets that one's files.
pub fn prepare(dir: &Path, config: &Config, attachments: Option<&Attachments>) -> Result<Vec<Mount>> {
    let peer = match &config.host.network {
        Network::Container(id) => Some(dir.with_file_name(id)),
        _ => None,
    };
    let [hosts, resolv_conf] = of_networks(config, attachments)?;
    let texts = [format!("{}\n", config.hostname), hosts, resolv_conf];
    let mut files: Vec<((&str, &str), Vec<u8>)> = FILES.into_iter().zip(texts.map(String::into_bytes)).collect();
    if let Some(name) = &config.host.time_zone {
        files.push((("/etc/localtime", "localtime"), time_zone::read(name)?));
    }
    let mut mounts = Vec::new();
    for ((destination, name), text) in files {
        let mut binds = config.host.binds.iter();
        if binds.any(|bind| bind.destination == Path::new(destination)) || (name == "hosts" && config.host.no_hosts) {
            continue;
        }
        let of_peer = peer.as_ref().map(|peer| peer.join(name));
        let source = match of_peer.filter(|file| ["hosts", "resolv.conf"].contains(&name) && file.exists()) {
            Some(file) if config.host.extra_hosts.is_empty() || name != "hosts" => file,
            _ => {
                let source = dir.join(name);
                fs::write(&source, text).with_context(|| source.display().to_string())?;
                source
            }
        };
        mounts.push(Mount {
            kind: MountKind::Bind {
                source,
                recursive: false,
                propagation: None,
                map_ids: true,
            },
            destination: PathBuf::from(destination),
            read_only: false,
            options: Vec::new(),
        });
    }
    Ok(mounts)
}

/// The texts of /etc/hosts and /etc/resolv.conf.
fn of_networks(config: &Config, attachments: Option<&Attachments>) -> Result<[String; 2]> {
    let hosts = hosts::text(config, attachments, &host_file("/etc/hosts"))?;
    let host = resolv_conf::Host {
        text: &host_file("/etc/resolv.conf"),
        behind: &|| host_file(BEHIND_RESOLVED),
        addresses: &|| net::addresses().unwrap_or_default(),
    };
    let resolv_conf = resolv_conf::text(config, attachments, &host);
    Ok([hosts, resolv_conf])
}

/// Whether a container on a bridge without a name server could reach no DNS server: all of the host's are on its
/// loopback.
pub fn lacks_server(config: &Config) -> bool {
    let reachable = |path| !pasta::nameservers(&host_file(path)).is_empty();
    config.host.dns.is_empty() && !reachable("/etc/resolv.conf") && !reachable(BEHIND_RESOLVED)
}

/// Changes the files of the running container in `dir` after its attachments changed. They are mounted, so they are
/// written in place. Lines that its processes added stay.
pub fn update(dir: &Path, config: &Config, before: &Attachments, after: &Attachments) -> Result<()> {
    let texts = of_networks(config, Some(before))?
        .into_iter()
        .zip(of_networks(config, Some(after))?);
    for (name, (before, after)) in ["hosts", "resolv.conf"].into_iter().zip(texts) {
        let path = dir.join(name);
        let write = || -> std::io::Result<()> {
            let file = File::options().read(true).write(true).open(&path)?;
            let mut now = Vec::new();
            (&file).take(MAX_FILE + 1).read_to_end(&mut now)?;
            if now.len() as u64 > MAX_FILE {
                return Err(ErrorKind::FileTooLarge.into());
            }
            let new = changed(&String::from_utf8_lossy(&now), &before, &after);
            file.write_all_at(new.as_bytes(), 0)?;
            file.set_len(new.len() as u64)
        };
        match write() {
            // The user mounted something else over it.
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            result => result.with_context(|| path.display().to_string())?,
        }
    }
    Ok(())
}

/// The lines of `now` without those that only `before` has, followed by those that only `after` has.
fn changed(now: &str, before: &str, after: &str) -> String {
    let has = |text: &str, line: &str| text.lines().any(|other| other == line);
    let kept = now.lines().filter(|line| has(after, line) || !has(before, line));
    let new = after.lines().filter(|line| !has(before, line));
    kept.chain(new).map(|line| format!("{line}\n")).collect()
}

/// A file of the host's; empty where it cannot be read.
fn host_file(path: &str) -> String {
    let mut text = Vec::new();
    let _ = File::open(path).and_then(|file| file.take(MAX_FILE).read_to_end(&mut text));
    String::from_utf8_lossy(&text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::container::config::tests::plain;

    #[test]
    fn lines_of_networks_change_and_all_others_stay() {
        let before = "127.0.0.1 localhost\n10.0.0.2 box\n10.0.0.1 host\n";
        let after = "127.0.0.1 localhost\n10.0.1.2 box\n10.0.0.1 host\n";
        assert_eq!(
            changed(before, before, after),
            "127.0.0.1 localhost\n10.0.0.1 host\n10.0.1.2 box\n"
        );
        let own = "192.0.2.1 own\n10.0.0.2 box\n127.0.0.1 localhost";
        assert_eq!(
            changed(own, before, after),
            "192.0.2.1 own\n127.0.0.1 localhost\n10.0.1.2 box\n"
        );
    }

    #[test]
    fn a_file_that_the_user_mounts_over_is_left_to_them() {
        let dir = tempfile::tempdir().unwrap();
        let mut config = plain();
        config.host.binds = vec!["/my/hosts:/etc/hosts".parse().unwrap()];
        let mounts = prepare(dir.path(), &config, None).unwrap();
        let destinations: Vec<_> = mounts.iter().map(|mount| mount.destination.to_str().unwrap()).collect();
        assert_eq!(destinations, ["/etc/hostname", "/etc/resolv.conf"]);
        assert!(!dir.path().join("hosts").exists());
    }
}
