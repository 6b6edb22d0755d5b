//! The options of `create` and `run` on networks; `network connect` has those on addresses.

use crate::runtime::model::network::{Endpoint, Network};
use anyhow::{Context, Result, bail, ensure};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Addresses of a container on a network.
#[derive(Debug, clap::Args)]
pub struct AddressOptions {
    /// IPv4 address on the network
    #[arg(long, value_name = "ADDRESS")]
    ip: Option<Ipv4Addr>,
    /// IPv6 address on the network
    #[arg(long, value_name = "ADDRESS")]
    ip6: Option<Ipv6Addr>,
    /// MAC address of the network interface
    #[arg(long, value_name = "ADDRESS")]
    mac_address: Option<String>,
}

impl AddressOptions {
    pub fn addresses(&self) -> Vec<IpAddr> {
        let v6 = self.ip6.map(IpAddr::V6);
        self.ip.map(IpAddr::V4).into_iter().chain(v6).collect()
    }

    pub fn mac(&self) -> Result<Option<String>> {
        self.mac_address.as_deref().map(mac).transpose()
    }
}

/// The network of a container.
#[derive(Debug, clap::Args)]
pub struct NetworkOptions {
    /// Network to connect to: none, host, pasta, bridge, container:NAME or a network by name; networks by name may be
    /// repeated
    #[arg(long, visible_alias = "net", value_name = "NETWORK")]
    network: Vec<String>,
    #[command(flatten)]
    address: AddressOptions,
    /// Additional DNS name on the container's networks
    #[arg(long, visible_alias = "net-alias", value_name = "NAME")]
    network_alias: Vec<String>,
}

impl NetworkOptions {
    /// The values that may be `container:NAME`.
    pub fn modes(&self) -> impl Iterator<Item = &String> {
        self.network.iter()
    }

    /// The network; `None` where no option is given, or the default one is asked for.
    pub fn network(&self) -> Result<Option<Network>> {
        let network = parse(&self.network)?;
        let (addresses, mac) = (self.address.addresses(), self.address.mac()?);
        let special = !addresses.is_empty() || mac.is_some() || !self.network_alias.is_empty();
        match network {
            Some(Network::Bridge(mut endpoints)) => {
                ensure!(
                    endpoints.len() == 1 || (addresses.is_empty() && mac.is_none()),
                    "--ip, --ip6 and --mac-address are for one network; of several each has its own: --network NAME:ip=ADDRESS"
                );
                for endpoint in &mut endpoints {
                    endpoint.aliases.extend(self.network_alias.iter().cloned());
                }
                if let Some(first) = endpoints.first_mut() {
                    first.addresses.extend(addresses);
                    first.mac = mac.or(first.mac.take());
                }
                Ok(Some(Network::Bridge(endpoints)))
            }
            _ if special => bail!("--ip, --ip6, --mac-address and --network-alias need a bridge network"),
            network => Ok(network),
        }
    }
}

/// Parses values of `--network`, or of the setting `network`.
pub fn parse(names: &[String]) -> Result<Option<Network>> {
    let single = match names {
        [] => return Ok(None),
        [name] => match name.as_str() {
            "default" => return Ok(None),
            "none" => Some(Network::None),
            "host" => Some(Network::Host),
            "pasta" => Some(Network::Pasta),
            other => other
                .strip_prefix("container:")
                .map(|name| Network::Container(name.into())),
        },
        _ => None,
    };
    if single.is_some() {
        return Ok(single);
    }
    let endpoints = names.iter().map(|name| endpoint(name));
    Ok(Some(Network::Bridge(endpoints.collect::<Result<_>>()?)))
}

/// Parses `NAME`, podman's `NAME:ip=ADDRESS,alias=NAME,mac=ADDRESS`, or Docker's `name=NAME,ip=ADDRESS,…`.
fn endpoint(text: &str) -> Result<Endpoint> {
    let wrong = || format!("invalid network {text:?}");
    let (name, options) = match text.split_once(':') {
        // Docker's form: the colon is one of an address.
        Some((name, _)) if name.contains('=') => ("", text),
        Some(("container" | "ns" | "slirp4netns" | "pasta", _)) => {
            bail!("{}: it cannot be one of several, or is not known", wrong())
        }
        Some(parts) => parts,
        None if text.contains('=') => ("", text),
        None => (text, ""),
    };
    let mut endpoint = Endpoint {
        network: name.to_owned(),
        ..Endpoint::default()
    };
    for option in options.split(',').filter(|option| !option.is_empty()) {
        let (key, value) = option.split_once('=').with_context(wrong)?;
        match key {
            "name" => endpoint.network = value.to_owned(),
            "ip" | "ip6" => endpoint.addresses.push(value.parse().with_context(wrong)?),
            "mac" | "mac-address" => endpoint.mac = Some(mac(value)?),
            "alias" => endpoint.aliases.push(value.to_owned()),
            _ => bail!("{}: {key:?} is none of ip, ip6, mac and alias", wrong()),
        }
    }
    ensure!(
        !["", "none", "host", "pasta", "default"].contains(&endpoint.network.as_str()),
        "{}: it cannot be one of several",
        wrong()
    );
    Ok(endpoint)
}

fn mac(text: &str) -> Result<String> {
    let parts: Vec<&str> = text.split([':', '-']).collect();
    let is_byte = |part: &&str| part.len() == 2 && u8::from_str_radix(part, 16).is_ok();
    ensure!(
        parts.len() == 6 && parts.iter().all(is_byte),
        "invalid MAC address {text:?}"
    );
    Ok(parts.join(":").to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(names: &[&str]) -> Result<Option<Network>> {
        parse(&names.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn every_form_is_parsed() {
        assert_eq!(parsed(&[]).unwrap(), None);
        assert_eq!(parsed(&["default"]).unwrap(), None);
        assert_eq!(parsed(&["none"]).unwrap(), Some(Network::None));
        assert_eq!(parsed(&["container:x"]).unwrap(), Some(Network::Container("x".into())));
        let one = Endpoint {
            network: "web".into(),
            addresses: vec!["10.89.0.7".parse().unwrap()],
            mac: Some("02:00:00:00:00:0a".into()),
            aliases: vec!["a".into(), "b".into()],
        };
        let other = Endpoint {
            network: "db".into(),
            ..Endpoint::default()
        };
        for form in [
            "web:ip=10.89.0.7,mac=02-00-00-00-00-0A,alias=a,alias=b",
            "name=web,alias=a,alias=b,mac-address=02:00:00:00:00:0a,ip=10.89.0.7",
        ] {
            assert_eq!(
                parsed(&[form, "db"]).unwrap(),
                Some(Network::Bridge(vec![one.clone(), other.clone()]))
            );
        }
    }

    #[test]
    fn invalid_networks_are_refused() {
        for names in [
            &["none", "web"][..],
            &["web:port=1"],
            &["web:ip=x"],
            &["web:mac=1"],
            &["web", "container:x"],
            &[""],
        ] {
            assert!(parsed(names).is_err(), "{names:?}");
        }
    }
}
