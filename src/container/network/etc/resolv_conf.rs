//! The container's /etc/resolv.conf.

use crate::container::config::Config;
use crate::container::network::attachments::Attachments;
use crate::runtime::model::network::Network;
use crate::runtime::network::names::DOMAIN as NAMES;
use crate::runtime::network::pasta;
use crate::runtime::network::pasta::PASTA_DNS;
use std::net::IpAddr;

/// The host's settings that the text is made of.
pub struct Host<'a> {
    /// The text of the host's /etc/resolv.conf.
    pub text: &'a str,
    /// The text of systemd-resolved's file with the real servers; called only if it is needed.
    pub behind: &'a dyn Fn() -> String,
    pub addresses: &'a dyn Fn() -> Vec<IpAddr>,
}

/// The text of the file: the servers of `--dns`, else the host's servers that the container's network can reach; the
/// host's search list and options, unless the user gives others.
pub fn text(config: &Config, attachments: Option<&Attachments>, host: &Host) -> String {
    let lines = |keyword: &'static str| {
        host.text
            .lines()
            .filter(move |line| line.split_whitespace().next() == Some(keyword))
            .map(|line| format!("{line}\n"))
    };
    let own = attachments.map(Attachments::name_servers).unwrap_or_default();
    let mut text = String::new();
    match &config.host.dns_search[..] {
        [none] if none == "." => {}
        [] if !own.is_empty() => {
            // The last `search` line counts (resolv.conf(5)).
            let last = lines("search").chain(lines("domain")).last().unwrap_or_default();
            let domains = last.split_whitespace().skip(1);
            let domains: Vec<&str> = [NAMES].into_iter().chain(domains).collect();
            text.push_str(&format!("search {}\n", domains.join(" ")));
        }
        [] => text.extend(lines("search").chain(lines("domain"))),
        domains => text.push_str(&format!("search {}\n", domains.join(" "))),
    }
    let reachable = || pasta::nameservers(host.text);
    // aardvark-dns forwards other names, to the servers of `--dns` if there are any.
    let servers = match &config.host.network {
        _ if !own.is_empty() => own,
        _ if !config.host.dns.is_empty() => config.host.dns.clone(),
        Network::None => Vec::new(),
        Network::Pasta => by_pasta(host, reachable()),
        Network::Bridge(_) => Some(reachable())
            .filter(|servers| !servers.is_empty())
            .unwrap_or_else(|| pasta::nameservers(&(host.behind)())),
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

/// With pasta the container has the host's addresses as well, so a server at one of them is reached through pasta's own
/// address.
fn by_pasta(host: &Host, mut servers: Vec<IpAddr>) -> Vec<IpAddr> {
    let own = (host.addresses)();
    servers.retain(|server| !own.contains(server));
    match servers.is_empty() {
        true => PASTA_DNS.parse().into_iter().collect(),
        false => servers,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::container::config::tests::plain;

    fn resolving(config: &Config, host: &str) -> String {
        let host = Host {
            text: host,
            behind: &|| "nameserver 10.0.0.7\n".into(),
            addresses: &|| vec!["192.168.0.1".parse().unwrap()],
        };
        text(config, None, &host)
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
    fn a_resolver_at_an_address_of_the_hosts_is_asked_through_pasta() {
        let mut config = plain();
        config.host.network = Network::Pasta;
        assert_eq!(
            resolving(&config, "nameserver 192.168.0.1\n"),
            "nameserver 169.254.0.1\n"
        );
        assert_eq!(
            resolving(&config, "nameserver 192.168.0.1\nnameserver 192.168.0.2\n"),
            "nameserver 192.168.0.2\n"
        );
        // On a bridge, that address is not the container's own.
        config.host.network = Network::Bridge(Vec::new());
        assert_eq!(
            resolving(&config, "nameserver 192.168.0.1\n"),
            "nameserver 192.168.0.1\n"
        );
    }
}
