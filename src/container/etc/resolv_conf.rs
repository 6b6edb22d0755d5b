//! The container's /etc/resolv.conf.

use crate::container::Config;
use crate::container::network::place::Place;
use crate::runtime::Network;
use crate::runtime::network::{self, PASTA_DNS};

/// The domain of containers' names (aardvark-dns's).
const NAMES: &str = "dns.podman";

/// The servers asked for, else those that the network can reach; the host's search list and options unless others are given. `behind`: what
/// systemd-resolved asks.
pub(super) fn text(config: &Config, place: Option<&Place>, host: &str, behind: &dyn Fn() -> String) -> String {
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
    use super::super::super::config::tests::plain;
    use super::*;

    fn resolving(config: &Config, host: &str) -> String {
        text(config, None, host, &|| "nameserver 10.0.0.7\n".into())
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
}
