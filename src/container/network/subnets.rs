//! The subnets, gateways and bridge name of a new network.

use crate::store::objects::networks::{NetworkRecord, Subnet};
use crate::sys::net;
use anyhow::{Context, Result, bail, ensure};
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use rustix::rand::{GetRandomFlags, getrandom};
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::Path;

/// What `network create` was asked for.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub name: String,
    /// Empty: one free subnet is chosen.
    pub subnets: Vec<IpNet>,
    /// Each belongs to the subnet that it is in.
    pub gateways: Vec<IpAddr>,
    pub ranges: Vec<IpNet>,
    /// Whether the network gets an IPv6 subnet as well.
    pub ipv6: bool,
    pub internal: bool,
    pub dns: bool,
    /// The bridge's name on the host; `None`: one is chosen.
    pub interface: Option<String>,
    pub labels: BTreeMap<String, String>,
    pub options: BTreeMap<String, String>,
}

/// The subnets that were asked for, else ones that overlap neither another network nor the host's routes.
pub fn choose(wanted: &Wanted, others: &[NetworkRecord]) -> Result<Vec<Subnet>> {
    let taken: Vec<IpNet> = others
        .iter()
        .flat_map(|other| other.subnets.iter().map(|subnet| subnet.subnet))
        .collect();
    let mut nets = wanted.subnets.clone();
    for (at, net) in nets.iter_mut().enumerate() {
        *net = net.trunc();
        let other = taken
            .iter()
            .chain(&wanted.subnets[..at])
            .find(|other| overlap(other, net));
        if let Some(other) = other {
            bail!("subnet {net} overlaps with {other}, which is another network's");
        }
    }
    if nets.is_empty() {
        let routes = host_routes();
        let is_free = |net: &Ipv4Net| {
            !taken
                .iter()
                .chain(&routes)
                .any(|other| overlap(other, &IpNet::V4(*net)))
        };
        nets.push(IpNet::V4(
            candidates().find(is_free).context("there is no free subnet")?,
        ));
    }
    if wanted.ipv6 && !nets.iter().any(|net| matches!(net, IpNet::V6(_))) {
        nets.push(IpNet::V6(unique_local()?));
    }
    let of = |net: &IpNet| -> Result<Subnet> {
        let gateway = wanted.gateways.iter().find(|gateway| net.contains(*gateway));
        let range = wanted.ranges.iter().find(|range| net.contains(*range));
        Ok(Subnet {
            subnet: *net,
            gateway: match gateway {
                Some(gateway) => *gateway,
                None => addresses(net)
                    .next()
                    .with_context(|| format!("subnet {net} has no addresses"))?,
            },
            range: range.copied(),
        })
    };
    let subnets = nets.iter().map(of).collect::<Result<Vec<_>>>()?;
    for gateway in &wanted.gateways {
        let is_used = subnets.iter().any(|subnet| subnet.gateway == *gateway);
        ensure!(is_used, "gateway {gateway} is in none of the subnets");
    }
    for range in &wanted.ranges {
        let is_used = subnets.iter().any(|subnet| subnet.range == Some(*range));
        ensure!(is_used, "range {range} is in none of the subnets");
    }
    Ok(subnets)
}

/// The addresses of a subnet that an interface can have. IPv6's first is the routers' anycast address (RFC 4291,
/// 2.6.1).
fn addresses(net: &IpNet) -> impl Iterator<Item = IpAddr> + use<> {
    let first = net.network();
    net.hosts()
        .filter(move |address| !(address.is_ipv6() && *address == first))
}

fn overlap(one: &IpNet, other: &IpNet) -> bool {
    one.contains(other) || other.contains(one)
}

/// 10.89.0.0/24 and the following subnets, as podman chooses.
fn candidates() -> impl Iterator<Item = Ipv4Net> {
    let all = (89..=255).flat_map(|second| (0..=255).map(move |third| Ipv4Addr::new(10, second, third, 0)));
    all.filter_map(|address| Ipv4Net::new(address, 24).ok())
}

/// A random unique local subnet (RFC 4193).
fn unique_local() -> Result<Ipv6Net> {
    let mut bytes = [0; 16];
    getrandom(&mut bytes[1..8], GetRandomFlags::empty()).context("random numbers")?;
    bytes[0] = 0xfd;
    Ok(Ipv6Net::new(Ipv6Addr::from(bytes), 64)?)
}

/// The host's routes without its default route, and its own addresses.
fn host_routes() -> Vec<IpNet> {
    // proc(5): destination and mask are hexadecimal, in the machine's byte order.
    let text = std::fs::read_to_string("/proc/net/route").unwrap_or_default();
    let number = |text: Option<&str>| {
        u32::from_str_radix(text?, 16)
            .ok()
            .map(|number| Ipv4Addr::from(number.to_ne_bytes()))
    };
    let routes = text.lines().skip(1).filter_map(|line| {
        let mut fields = line.split_whitespace();
        let destination = number(fields.nth(1))?;
        let mask = number(fields.nth(5))?;
        let net = Ipv4Net::with_netmask(destination, mask).ok()?;
        (net.prefix_len() > 0).then_some(IpNet::V4(net))
    });
    let own = net::addresses().unwrap_or_default();
    routes.chain(own.into_iter().map(IpNet::from)).collect()
}

/// The bridge's name: the one that was asked for, else one that neither another network nor the host has.
pub fn interface(wanted: Option<String>, others: &[NetworkRecord]) -> Result<String> {
    let is_taken = |name: &str| others.iter().any(|other| other.interface == name);
    if let Some(name) = wanted {
        let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
        // Stricter than the kernel's rule (dev_valid_name).
        ensure!(
            plain && (1..16).contains(&name.len()) && !name.starts_with(['.', '-']),
            "invalid interface name {name:?}"
        );
        ensure!(!is_taken(&name), "interface {name} is another network's");
        return Ok(name);
    }
    let is_free = |name: &String| !is_taken(name) && !Path::new("/sys/class/net").join(name).exists();
    let mut names = (0..10_000).map(|number| format!("lamel{number}"));
    names.find(is_free).context("there is no free name for a bridge")
}

/// The network's subnets as a list for error messages.
pub fn listed(record: &NetworkRecord) -> String {
    let subnets: Vec<_> = record.subnets.iter().map(|subnet| subnet.subnet.to_string()).collect();
    subnets.join(", ")
}

/// The addresses that containers can get, in order.
pub fn hosts(subnet: &Subnet) -> impl Iterator<Item = IpAddr> + use<> {
    let gateway = subnet.gateway;
    // In a smaller range the first and the last address are ordinary ones. They are left out as well, as netavark does.
    addresses(&subnet.range.unwrap_or(subnet.subnet)).filter(move |address| *address != gateway)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(wanted: &Wanted, others: &[NetworkRecord]) -> Result<String> {
        let subnets = choose(wanted, others)?;
        let texts: Vec<_> = subnets
            .iter()
            .map(|subnet| format!("{} {}", subnet.subnet, subnet.gateway))
            .collect();
        Ok(texts.join(", "))
    }

    fn of(subnets: &[&str]) -> Wanted {
        Wanted {
            subnets: subnets.iter().map(|text| text.parse().unwrap()).collect(),
            ..Wanted::default()
        }
    }

    fn other(subnets: &[&str]) -> NetworkRecord {
        NetworkRecord {
            name: "other".into(),
            id: String::new(),
            created: String::new(),
            interface: "lamel0".into(),
            subnets: choose(&of(subnets), &[]).unwrap(),
            internal: false,
            dns: true,
            labels: Default::default(),
            options: Default::default(),
        }
    }

    #[test]
    fn a_subnet_that_was_asked_for_is_taken_unless_another_network_has_of_it() {
        assert_eq!(chosen(&of(&["10.7.0.9/16"]), &[]).unwrap(), "10.7.0.0/16 10.7.0.1");
        let both = of(&["10.7.0.0/24", "fd00:1::/64"]);
        assert_eq!(
            chosen(&both, &[]).unwrap(),
            "10.7.0.0/24 10.7.0.1, fd00:1::/64 fd00:1::1"
        );
        let error = chosen(&of(&["10.7.3.0/24"]), &[other(&["10.7.0.0/16"])]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "subnet 10.7.3.0/24 overlaps with 10.7.0.0/16, which is another network's"
        );
        assert!(chosen(&of(&["10.7.0.0/16", "10.7.3.0/24"]), &[]).is_err());
    }

    #[test]
    fn a_free_subnet_is_found_and_another_after_it() {
        let first = choose(&Wanted::default(), &[]).unwrap()[0].subnet.to_string();
        let taken = other(&[&first]);
        let second = choose(&Wanted::default(), &[taken]).unwrap()[0].subnet.to_string();
        assert!(
            first.starts_with("10.") && second.starts_with("10.") && first < second,
            "{first} {second}"
        );
        let six = Wanted {
            ipv6: true,
            ..Wanted::default()
        };
        assert!(choose(&six, &[]).unwrap()[1].subnet.to_string().starts_with("fd"));
    }

    #[test]
    fn gateways_and_ranges_are_of_a_subnet() {
        let mut wanted = of(&["10.7.0.0/24"]);
        wanted.gateways = vec!["10.7.0.254".parse().unwrap()];
        wanted.ranges = vec!["10.7.0.128/29".parse().unwrap()];
        let subnets = choose(&wanted, &[]).unwrap();
        assert_eq!(subnets[0].gateway.to_string(), "10.7.0.254");
        let first: Vec<String> = hosts(&subnets[0]).take(2).map(|address| address.to_string()).collect();
        assert_eq!(first, ["10.7.0.129", "10.7.0.130"]);
        wanted.gateways = vec!["10.8.0.1".parse().unwrap()];
        assert_eq!(
            choose(&wanted, &[]).unwrap_err().to_string(),
            "gateway 10.8.0.1 is in none of the subnets"
        );
    }

    #[test]
    fn a_bridge_gets_a_name_that_is_free() {
        let taken = other(&["10.7.0.0/24"]);
        assert_ne!(interface(None, std::slice::from_ref(&taken)).unwrap(), "lamel0");
        assert!(interface(Some("lamel0".into()), &[taken]).is_err());
        assert!(interface(Some("a/b".into()), &[]).is_err() && interface(Some("x".repeat(16)), &[]).is_err());
    }
}
