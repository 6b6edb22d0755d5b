//! The three files in /etc that are the container's own: written into its directory at each start, mounted over the image's.

use super::config::Config;
use super::time_zone;
use crate::runtime::network::{self, PASTA_DNS};
use crate::runtime::{Mount, MountKind, Network};
use anyhow::{Context, Result, bail};
use std::io::Read;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

/// The host's files are not read further than this.
const MAX_FILE: u64 = 1 << 20;

/// Where the files are seen, and their names in the container's directory.
pub const FILES: [(&str, &str); 3] = [
    ("/etc/hostname", "hostname"),
    ("/etc/hosts", "hosts"),
    ("/etc/resolv.conf", "resolv.conf"),
];

/// Writes the files and returns their mounts, but for those that the user mounts something else over.
pub fn prepare(dir: &Path, config: &Config) -> Result<Vec<Mount>> {
    let host_hosts = host_file("/etc/hosts");
    let host_resolv = host_file("/etc/resolv.conf");
    let texts = [
        format!("{}\n", config.hostname),
        hosts(config, &host_hosts)?,
        resolv_conf(config, &host_resolv),
    ];
    let mut files: Vec<((&str, &str), Vec<u8>)> = FILES.into_iter().zip(texts.map(String::into_bytes)).collect();
    if let Some(name) = &config.host.time_zone {
        files.push((("/etc/localtime", "localtime"), time_zone::read(name)?));
    }
    let mut mounts = Vec::new();
    for ((destination, name), text) in files {
        if config
            .host
            .binds
            .iter()
            .any(|bind| bind.destination == Path::new(destination))
        {
            continue;
        }
        let source = dir.join(name);
        std::fs::write(&source, text).with_context(|| source.display().to_string())?;
        mounts.push(Mount {
            kind: MountKind::Bind {
                source,
                recursive: false,
                propagation: None,
            },
            destination: PathBuf::from(destination),
            read_only: false,
            options: Vec::new(),
        });
    }
    Ok(mounts)
}

/// A file of the host's; empty where it cannot be read.
fn host_file(path: &str) -> String {
    let mut text = Vec::new();
    let _ = std::fs::File::open(path).and_then(|file| file.take(MAX_FILE).read_to_end(&mut text));
    String::from_utf8_lossy(&text).into_owned()
}

/// The host's own on the host's network; else `localhost` and the container's name, which is the loopback address, since the
/// address that others see may change under it. `--add-host` comes last.
fn hosts(config: &Config, host: &str) -> Result<String> {
    let mut text = match &config.host.network {
        Network::Host => host.to_owned(),
        _ => format!(
            "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::\tip6-localnet\nff00::\tip6-mcastprefix\n\
             ff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n127.0.1.1\t{}\n",
            config.hostname
        ),
    };
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    for entry in &config.host.extra_hosts {
        let (name, address) = extra_host(entry)?;
        text.push_str(&format!("{address}\t{name}\n"));
    }
    Ok(text)
}

/// `NAME:ADDRESS` of `--add-host`; an IPv6 address may stand in brackets.
pub fn extra_host(entry: &str) -> Result<(&str, IpAddr)> {
    let expected = || format!("invalid host {entry:?}: expected NAME:ADDRESS");
    let (name, address) = entry.split_once([':', '=']).with_context(expected)?;
    if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b)) {
        bail!(expected());
    }
    if address == "host-gateway" {
        bail!("invalid host {entry:?}: host-gateway is not supported yet");
    }
    let address = address.trim_start_matches('[').trim_end_matches(']');
    Ok((name, address.parse().with_context(expected)?))
}

/// The servers asked for, else those that the network can reach; the host's search list and options unless others are given.
fn resolv_conf(config: &Config, host: &str) -> String {
    let lines = |keyword: &'static str| {
        host.lines()
            .filter(move |line| line.split_whitespace().next() == Some(keyword))
    };
    let mut text = String::new();
    let reachable = match &config.host.network {
        _ if !config.host.dns.is_empty() => config.host.dns.clone(),
        Network::Pasta => network::nameservers(host),
        _ => Vec::new(),
    };
    if config.host.dns_search.is_empty() {
        lines("search")
            .chain(lines("domain"))
            .for_each(|line| text.push_str(&format!("{line}\n")));
    } else if config.host.dns_search != ["."] {
        text.push_str(&format!("search {}\n", config.host.dns_search.join(" ")));
    }
    for server in &reachable {
        text.push_str(&format!("nameserver {server}\n"));
    }
    if reachable.is_empty() {
        match &config.host.network {
            Network::Pasta => text.push_str(&format!("nameserver {PASTA_DNS}\n")),
            _ => lines("nameserver").for_each(|line| text.push_str(&format!("{line}\n"))),
        }
    }
    lines("options").for_each(|line| text.push_str(&format!("{line}\n")));
    text
}

#[cfg(test)]
mod tests {
    use super::super::config::tests::plain;
    use super::*;

    #[test]
    fn the_containers_name_and_given_hosts_are_added() {
        let mut config = plain();
        config.hostname = "box".into();
        config.host.extra_hosts = vec!["db:10.0.0.2".into(), "six:[::2]".into()];
        let text = hosts(&config, "ignored").unwrap();
        assert!(text.starts_with("127.0.0.1\tlocalhost\n::1\tlocalhost "), "{text}");
        assert!(text.ends_with("\n127.0.1.1\tbox\n10.0.0.2\tdb\n::2\tsix\n"), "{text}");
        config.host.network = Network::Host;
        assert_eq!(
            hosts(&config, "1.1.1.1 own").unwrap(),
            "1.1.1.1 own\n10.0.0.2\tdb\n::2\tsix\n"
        );
        for bad in [
            "db",
            ":1.1.1.1",
            "a b:1.1.1.1",
            "db:10.0.0",
            "db:host-gateway",
            "x\ny:1.1.1.1",
        ] {
            assert!(extra_host(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn resolvers_asked_for_replace_the_hosts() {
        let host = "# local\nnameserver 127.0.0.53\nsearch lan\noptions edns0\n";
        let mut config = plain();
        assert_eq!(
            resolv_conf(&config, host),
            "search lan\nnameserver 127.0.0.53\noptions edns0\n"
        );
        config.host.dns = vec!["9.9.9.9".parse().unwrap()];
        config.host.dns_search = vec!["a.example".into(), "b.example".into()];
        assert_eq!(
            resolv_conf(&config, host),
            "search a.example b.example\nnameserver 9.9.9.9\noptions edns0\n"
        );
        config.host.dns_search = vec![".".into()];
        assert_eq!(resolv_conf(&config, host), "nameserver 9.9.9.9\noptions edns0\n");
    }

    #[test]
    fn a_file_that_the_user_mounts_over_is_left_to_them() {
        let dir = tempfile::tempdir().unwrap();
        let mut config = plain();
        config.host.binds = vec!["/my/hosts:/etc/hosts".parse().unwrap()];
        let mounts = prepare(dir.path(), &config).unwrap();
        let destinations: Vec<_> = mounts.iter().map(|mount| mount.destination.to_str().unwrap()).collect();
        assert_eq!(destinations, ["/etc/hostname", "/etc/resolv.conf"]);
        assert!(!dir.path().join("hosts").exists());
    }
}
