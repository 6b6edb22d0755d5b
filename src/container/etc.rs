//! The three files in /etc that are the container's own: written into its directory at each start, mounted over the image's.

use super::config::Config;
use super::network::place::Place;
use super::time_zone;
use crate::runtime::network::{self, PASTA_DNS};
use crate::runtime::{Mount, MountKind, Network};
use crate::sys::net;
use anyhow::{Context, Result, bail};
use std::io::Read;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};

/// The host's files are not read further than this.
const MAX_FILE: u64 = 1 << 20;

/// Where the files are seen, and their names in the container's directory.
pub const FILES: [(&str, &str); 3] = [
    ("/etc/hostname", "hostname"),
    ("/etc/hosts", "hosts"),
    ("/etc/resolv.conf", "resolv.conf"),
];

/// The domain of containers' names (aardvark-dns's).
const NAMES: &str = "dns.podman";

/// Where systemd-resolved lists the servers behind its own, which is on the host's loopback.
const BEHIND_RESOLVED: &str = "/run/systemd/resolve/resolv.conf";

/// `--add-host NAME:host-gateway`: where the host is to be reached from the container.
const HOST_GATEWAY: &str = "host-gateway";

/// Writes the files and returns their mounts, but for those that the user mounts something else over. In another container's network its
/// files are taken.
pub fn prepare(dir: &Path, config: &Config, place: Option<&Place>) -> Result<Vec<Mount>> {
    let peer = match &config.host.network {
        Network::Container(id) => Some(dir.with_file_name(id)),
        _ => None,
    };
    let texts = [
        format!("{}\n", config.hostname),
        hosts(config, place, &host_file("/etc/hosts"))?,
        resolv_conf(config, place, &host_file("/etc/resolv.conf"), &|| {
            host_file(BEHIND_RESOLVED)
        }),
    ];
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
                std::fs::write(&source, text).with_context(|| source.display().to_string())?;
                source
            }
        };
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

/// The host's own on the host's network; else `localhost`, the container's name, and on a bridge the host's. Without a bridge the name is
/// a loopback address, since the address that others see may change under it. `--add-host` comes last.
fn hosts(config: &Config, place: Option<&Place>, host: &str) -> Result<String> {
    let mut text = match &config.host.network {
        Network::Host => host.to_owned(),
        _ => "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::\tip6-localnet\nff00::\tip6-mcastprefix\n\
              ff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n"
            .to_owned(),
    };
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    match (&config.host.network, place) {
        (Network::Host, _) => {}
        (_, Some(place)) => {
            for address in place.networks.iter().flat_map(|attached| &attached.addresses) {
                text.push_str(&format!("{address}\t{} {}\n", config.hostname, place.name));
            }
            if let Some(address) = bridge(place) {
                text.push_str(&format!("{address}\thost.containers.internal host.docker.internal\n"));
            }
        }
        (_, None) => text.push_str(&format!("127.0.1.1\t{}\n", config.hostname)),
    }
    for entry in &config.host.extra_hosts {
        let (name, address) = extra_host(entry)?;
        let address = match address {
            Some(address) => address,
            None => host_gateway(config, place).with_context(|| format!("host {entry:?}"))?,
        };
        text.push_str(&format!("{address}\t{name}\n"));
    }
    Ok(text)
}

/// The bridge's own address, which is the host.
fn bridge(place: &Place) -> Option<IpAddr> {
    let subnets = place.networks.iter().flat_map(|attached| &attached.network.subnets);
    subnets.map(|subnet| subnet.gateway).min_by_key(IpAddr::is_ipv6)
}

/// Where the host is to be reached from the container.
fn host_gateway(config: &Config, place: Option<&Place>) -> Result<IpAddr> {
    match (&config.host.network, place) {
        (_, Some(place)) => bridge(place).context("its networks have no address of the host's"),
        (Network::Host, _) => Ok(Ipv4Addr::LOCALHOST.into()),
        (Network::Pasta, _) => match net::gateway() {
            Some(gateway) => Ok(gateway.into()),
            None => bail!("the host has no default route, by which it would be reached"),
        },
        _ => bail!("the host is not to be reached from this network"),
    }
}

/// Whether one of the container's names is the host's.
pub fn names_host(config: &Config) -> bool {
    config
        .host
        .extra_hosts
        .iter()
        .any(|entry| entry.ends_with(HOST_GATEWAY))
}

/// `NAME:ADDRESS` of `--add-host`; an IPv6 address may stand in brackets. `None`: the host, wherever it is.
pub fn extra_host(entry: &str) -> Result<(&str, Option<IpAddr>)> {
    let expected = || format!("invalid host {entry:?}: expected NAME:ADDRESS or NAME:{HOST_GATEWAY}");
    let (name, address) = entry.split_once([':', '=']).with_context(expected)?;
    if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b)) {
        bail!(expected());
    }
    if address == HOST_GATEWAY {
        return Ok((name, None));
    }
    let address = address.trim_start_matches('[').trim_end_matches(']');
    Ok((name, Some(address.parse().with_context(expected)?)))
}

/// The servers asked for, else those that the network can reach; the host's search list and options unless others are given. `behind`: what
/// systemd-resolved asks.
fn resolv_conf(config: &Config, place: Option<&Place>, host: &str, behind: &dyn Fn() -> String) -> String {
    let lines = |keyword: &'static str| {
        host.lines()
            .filter(move |line| line.split_whitespace().next() == Some(keyword))
            .map(|line| format!("{line}\n"))
    };
    let own = place.map(Place::name_servers).unwrap_or_default();
    let mut text = String::new();
    match &config.host.dns_search[..] {
        [none] if none == "." => {}
        [] => {
            if !own.is_empty() {
                text.push_str(&format!("search {NAMES}\n"));
            } else {
                text.extend(lines("search").chain(lines("domain")));
            }
        }
        domains => text.push_str(&format!("search {}\n", domains.join(" "))),
    }
    // It passes on what it does not know, and to the servers that were asked for.
    let servers = match &config.host.network {
        _ if !own.is_empty() => own,
        _ if !config.host.dns.is_empty() => config.host.dns.clone(),
        Network::None => Vec::new(),
        Network::Pasta => Some(network::nameservers(host))
            .filter(|servers| !servers.is_empty())
            .unwrap_or_else(|| PASTA_DNS.parse().into_iter().collect()),
        Network::Bridge(_) => Some(network::nameservers(host))
            .filter(|servers| !servers.is_empty())
            .unwrap_or_else(|| network::nameservers(&behind())),
        Network::Host | Network::Container(_) => {
            text.extend(lines("nameserver"));
            Vec::new()
        }
    };
    for server in &servers {
        text.push_str(&format!("nameserver {server}\n"));
    }
    match &config.host.dns_options[..] {
        [] => text.extend(lines("options")),
        options => text.push_str(&format!("options {}\n", options.join(" "))),
    }
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
        let text = hosts(&config, None, "ignored").unwrap();
        assert!(text.starts_with("127.0.0.1\tlocalhost\n::1\tlocalhost "), "{text}");
        assert!(text.ends_with("\n127.0.1.1\tbox\n10.0.0.2\tdb\n::2\tsix\n"), "{text}");
        config.host.network = Network::Host;
        assert_eq!(
            hosts(&config, None, "1.1.1.1 own").unwrap(),
            "1.1.1.1 own\n10.0.0.2\tdb\n::2\tsix\n"
        );
        for bad in ["db", ":1.1.1.1", "a b:1.1.1.1", "db:10.0.0", "db:host", "x\ny:1.1.1.1"] {
            assert!(extra_host(bad).is_err(), "{bad:?}");
        }
    }

    fn resolving(config: &Config, host: &str) -> String {
        resolv_conf(config, None, host, &|| "nameserver 10.0.0.7\n".into())
    }

    #[test]
    fn resolvers_asked_for_replace_the_hosts() {
        let host = "# local\nnameserver 127.0.0.53\nsearch lan\noptions edns0\n";
        let mut config = plain();
        config.host.network = Network::Host;
        assert_eq!(
            resolving(&config, host),
            "search lan\nnameserver 127.0.0.53\noptions edns0\n"
        );
        config.host.dns = vec!["9.9.9.9".parse().unwrap()];
        config.host.dns_search = vec!["a.example".into(), "b.example".into()];
        config.host.dns_options = vec!["ndots:2".into(), "rotate".into()];
        assert_eq!(
            resolving(&config, host),
            "search a.example b.example\nnameserver 9.9.9.9\noptions ndots:2 rotate\n"
        );
        config.host.dns_search = vec![".".into()];
        assert_eq!(resolving(&config, host), "nameserver 9.9.9.9\noptions ndots:2 rotate\n");
    }

    #[test]
    fn a_resolver_on_the_hosts_loopback_is_replaced_by_what_can_be_reached() {
        let host = "nameserver 127.0.0.53\n";
        let of = |network| {
            let mut config = plain();
            config.host.network = network;
            resolving(&config, host)
        };
        assert_eq!(of(Network::None), "");
        assert_eq!(of(Network::Pasta), "nameserver 169.254.0.1\n");
        assert_eq!(of(Network::Bridge(Vec::new())), "nameserver 10.0.0.7\n");
    }

    #[test]
    fn the_host_has_a_name_where_it_can_be_reached() {
        let mut config = plain();
        config.host.extra_hosts = vec!["me:host-gateway".into()];
        assert!(names_host(&config));
        assert_eq!(
            format!("{:#}", hosts(&config, None, "").unwrap_err()),
            "host \"me:host-gateway\": the host is not to be reached from this network"
        );
        config.host.network = Network::Host;
        assert_eq!(hosts(&config, None, "").unwrap(), "127.0.0.1\tme\n");
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
