//! The container's /etc/hosts.

use crate::container::config::{Config, HOST_GATEWAY};
use crate::container::network::attachments::Attachments;
use crate::runtime::model::network::{NO_NETWORK_ADDRESS, Network};
use crate::sys::net;
use anyhow::{Context, Result, bail};
use std::net::{IpAddr, Ipv4Addr};

/// The text of the file. On the host's network it is the host's own file. Else it has `localhost`, the container's
/// name, and on a bridge the host's name. pasta gives the container the host's addresses, which may change while it
/// runs, so its name is a loopback address there. Without a network the name is left out, as in Docker. The entries of
/// `--add-host` come last.
pub fn text(config: &Config, attachments: Option<&Attachments>, host: &str) -> Result<String> {
    let mut text = match &config.host.network {
        Network::Host => host.to_owned(),
        _ => "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::\tip6-localnet\nff00::\tip6-mcastprefix\n\
              ff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n"
            .to_owned(),
    };
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    match (&config.host.network, attachments) {
        (Network::Host, _) => {}
        (_, Some(attachments)) => {
            for address in attachments.networks.iter().flat_map(|attached| &attached.addresses) {
                text.push_str(&format!("{address}\t{} {}\n", config.hostname, attachments.name));
            }
            if let Some(address) = bridge(attachments) {
                text.push_str(&format!("{address}\thost.containers.internal host.docker.internal\n"));
            }
        }
        (Network::None, None) if config.host.ports.is_empty() => {}
        (Network::None, None) => text.push_str(&format!("{NO_NETWORK_ADDRESS}\t{}\n", config.hostname)),
        (_, None) => text.push_str(&format!("127.0.1.1\t{}\n", config.hostname)),
    }
    for entry in &config.host.extra_hosts {
        let (name, address) = extra_host(entry)?;
        let address = match address {
            Some(address) => address,
            None => host_gateway(config, attachments).with_context(|| format!("host {entry:?}"))?,
        };
        text.push_str(&format!("{address}\t{name}\n"));
    }
    Ok(text)
}

/// The bridge's address, at which the container reaches the host.
fn bridge(attachments: &Attachments) -> Option<IpAddr> {
    let subnets = attachments
        .networks
        .iter()
        .flat_map(|attached| &attached.network.subnets);
    subnets.map(|subnet| subnet.gateway).min_by_key(IpAddr::is_ipv6)
}

/// The address at which the container reaches the host.
fn host_gateway(config: &Config, attachments: Option<&Attachments>) -> Result<IpAddr> {
    match (&config.host.network, attachments) {
        (_, Some(attachments)) => bridge(attachments).context("its networks have no address of the host's"),
        (Network::Host, _) => Ok(Ipv4Addr::LOCALHOST.into()),
        (Network::Pasta, _) => match net::gateway() {
            Some(gateway) => Ok(gateway.into()),
            None => bail!("the host has no default route, by which it would be reached"),
        },
        _ => bail!("the host is not to be reached from this network"),
    }
}

/// Parses `--add-host NAME:ADDRESS`; an IPv6 address may be in brackets. `None` for `host-gateway`.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::container::config::tests::plain;

    #[test]
    fn the_containers_name_and_given_hosts_are_added() {
        let mut config = plain();
        config.hostname = "box".into();
        config.host.extra_hosts = vec!["db:10.0.0.2".into(), "six:[::2]".into()];
        let of = |config: &Config| text(config, None, "ignored").unwrap();
        let none = of(&config);
        assert!(none.starts_with("127.0.0.1\tlocalhost\n::1\tlocalhost "), "{none}");
        assert!(none.ends_with("\tip6-allrouters\n10.0.0.2\tdb\n::2\tsix\n"), "{none}");
        config.host.ports = crate::container::config::ports::publish("80").unwrap();
        let served = of(&config);
        assert!(
            served.ends_with("\n10.0.2.100\tbox\n10.0.0.2\tdb\n::2\tsix\n"),
            "{served}"
        );
        config.host.network = Network::Pasta;
        let pasta = of(&config);
        assert!(pasta.ends_with("\n127.0.1.1\tbox\n10.0.0.2\tdb\n::2\tsix\n"), "{pasta}");
        config.host.network = Network::Host;
        assert_eq!(
            text(&config, None, "1.1.1.1 own").unwrap(),
            "1.1.1.1 own\n10.0.0.2\tdb\n::2\tsix\n"
        );
        for bad in ["db", ":1.1.1.1", "a b:1.1.1.1", "db:10.0.0", "db:host", "x\ny:1.1.1.1"] {
            assert!(extra_host(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn the_host_has_a_name_where_it_can_be_reached() {
        let mut config = plain();
        config.host.extra_hosts = vec!["me:host-gateway".into()];
        assert!(config.names_host());
        assert_eq!(
            format!("{:#}", text(&config, None, "").unwrap_err()),
            "host \"me:host-gateway\": the host is not to be reached from this network"
        );
        config.host.network = Network::Host;
        assert_eq!(text(&config, None, "").unwrap(), "127.0.0.1\tme\n");
    }
}
