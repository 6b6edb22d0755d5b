//! Ports: `--publish` and `--expose`, and how `ps` and `port` show them.

use crate::runtime::model::port::{Port, Protocol};
use anyhow::{Context, Result, bail, ensure};
use std::collections::BTreeSet;
use std::net::IpAddr;

/// Parses `[[ADDRESS:][HOST[-LAST]]:]PORT[-LAST][/tcp|udp]` into one port for each of a range.
pub fn publish(text: &str) -> Result<Vec<Port>> {
    read(text).with_context(|| format!("invalid publish {text:?}"))
}

fn read(text: &str) -> Result<Vec<Port>> {
    let (places, protocol) = protocol(text)?;
    // An IPv6 address has colons, and is in brackets.
    let (rest, container) = places.rsplit_once(':').unwrap_or(("", places));
    let (address, host) = match rest.strip_prefix('[') {
        Some(rest) => {
            let (address, host) = rest.split_once("]:").context("expected [ADDRESS]:HOST:CONTAINER")?;
            (address, host)
        }
        None => rest.rsplit_once(':').unwrap_or(("", rest)),
    };
    let address: Option<IpAddr> = match address {
        "" => None,
        address => Some(
            address
                .parse()
                .ok()
                .with_context(|| format!("{address:?} is no address"))?,
        ),
    };
    let (first, last) = range(container)?;
    let hosts = match host {
        // Any free port of the host.
        "" | "0" => None,
        host => Some(range(host)?),
    };
    let count = last - first;
    let host_of = |index: u16| -> Result<(u16, u16)> {
        Ok(match hosts {
            None => (0, 0),
            Some((first, last)) if last - first == count => (first + index, first + index),
            // Any port of the host's range, for one port of the container.
            Some(range) if count == 0 => range,
            Some(_) => bail!("the ranges have different lengths"),
        })
    };
    (0..=count)
        .map(|index| {
            Ok(Port {
                address,
                host: host_of(index)?,
                container: first + index,
                protocol,
            })
        })
        .collect()
}

/// Parses `PORT[-LAST][/tcp|udp]` of `--expose` into the keys of `ExposedPorts`.
pub fn expose(text: &str) -> Result<Vec<String>> {
    let read = || -> Result<Vec<String>> {
        let (ports, protocol) = protocol(text)?;
        let (first, last) = range(ports)?;
        Ok((first..=last).map(|port| key(port, protocol)).collect())
    };
    read().with_context(|| format!("invalid port {text:?}"))
}

/// `80/tcp`
pub fn key(port: u16, protocol: Protocol) -> String {
    format!("{port}/{protocol}")
}

/// `-P`: publishes each port that the keys of `ExposedPorts` name at a free port of the host, unless it is in
/// `published`; sorted. Keys of an image that are not valid are left out.
pub fn publish_all<'a>(exposed: impl Iterator<Item = &'a String>, published: &[Port]) -> Vec<Port> {
    const PROTOCOLS: [Protocol; 2] = [Protocol::Tcp, Protocol::Udp];
    // Counts how many ranges begin and end at each number, instead of walking each range: an image may expose very many
    // ranges of all ports.
    let mut edges = PROTOCOLS.map(|_| vec![0i64; usize::from(u16::MAX) + 2]);
    for text in exposed {
        if let Ok((ports, protocol)) = protocol(text)
            && let Ok((first, last)) = range(ports)
        {
            let edges = &mut edges[protocol as usize];
            edges[usize::from(first)] += 1;
            edges[usize::from(last) + 1] -= 1;
        }
    }
    let published = keys(published);
    let mut open = [0; 2];
    let mut new = Vec::new();
    for container in 0..=u16::MAX {
        for protocol in PROTOCOLS {
            let open = &mut open[protocol as usize];
            *open += edges[protocol as usize][usize::from(container)];
            if *open > 0 && !published.contains(&(container, protocol)) {
                new.push(Port {
                    address: None,
                    host: (0, 0),
                    container,
                    protocol,
                });
            }
        }
    }
    new
}

/// The container's ports among the published ones.
fn keys(published: &[Port]) -> BTreeSet<(u16, Protocol)> {
    published.iter().map(|port| (port.container, port.protocol)).collect()
}

fn protocol(text: &str) -> Result<(&str, Protocol)> {
    Ok(match text.split_once('/') {
        None | Some((_, "tcp")) => (text.trim_end_matches("/tcp"), Protocol::Tcp),
        Some((ports, "udp")) => (ports, Protocol::Udp),
        Some((_, other)) => bail!("unknown protocol {other:?}: tcp and udp are known"),
    })
}

fn range(text: &str) -> Result<(u16, u16)> {
    let number = |text: &str| {
        let port = text.parse::<u16>().ok().filter(|port| *port != 0);
        port.with_context(|| format!("{text:?} is no port"))
    };
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (number(first)?, number(last)?);
    ensure!(first <= last, "the range {text} ends before it begins");
    Ok((first, last))
}

/// As `ps` shows them, by the rules of Docker's `DisplayablePorts`: `443/tcp, 0.0.0.0:8080->80/tcp`. Consecutive ports
/// that are not published, or published under the same number, are shown as one range. Ports published under another
/// number come last, one by one.
pub fn listed<'a>(published: &[Port], exposed: impl Iterator<Item = &'a String>) -> String {
    let keys = keys(published);
    let mut published: Vec<&Port> = published.iter().collect();
    published.sort_by_key(|port| (port.container, port.address, port.host.0, port.protocol));
    let exposed = exposed.filter_map(|text| {
        let (number, protocol) = protocol(text).ok()?;
        let number = range(number).ok()?.0;
        (!keys.contains(&(number, protocol))).then_some((number, None, protocol))
    });
    let as_themselves = published.iter().filter(|port| port.host.0 == port.container);
    let as_themselves = as_themselves.map(|port| (port.container, Some(address(port)), port.protocol));
    let mut plain: Vec<(u16, Option<String>, Protocol)> = exposed.chain(as_themselves).collect();
    plain.sort();
    let mut groups: Vec<(Option<String>, Protocol, u16, u16)> = Vec::new();
    for (number, address, protocol) in plain {
        let of_it = groups
            .iter_mut()
            .rev()
            .find(|group| (&group.0, group.1) == (&address, protocol));
        match of_it {
            Some(group) if number == group.3 + 1 => group.3 = number,
            _ => groups.push((address, protocol, number, number)),
        }
    }
    let groups = groups.into_iter().map(|(address, protocol, first, last)| {
        let numbers = match first == last {
            true => first.to_string(),
            false => format!("{first}-{last}"),
        };
        match address {
            Some(address) => format!("{address}:{numbers}->{numbers}/{protocol}"),
            None => format!("{numbers}/{protocol}"),
        }
    });
    let others = published.iter().filter(|port| port.host.0 != port.container);
    let others = others.map(|port| format!("{}->{}", place(port), key(port.container, port.protocol)));
    groups.chain(others).collect::<Vec<_>>().join(", ")
}

/// As `port` lists them: a container's port (`80/tcp`), and where the host listens for it.
pub fn places(published: &[Port]) -> Vec<(String, String)> {
    let one = |port: &Port| (key(port.container, port.protocol), place(port));
    published.iter().map(one).collect()
}

/// Where the host listens: `0.0.0.0:8080` or `[::1]:8080`.
fn place(port: &Port) -> String {
    format!("{}:{}", address(port), port.host.0)
}

fn address(port: &Port) -> String {
    match port.address {
        None => "0.0.0.0".into(),
        Some(IpAddr::V6(address)) => format!("[{address}]"),
        Some(address) => address.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let shown = |port: &Port| {
            let address = port.address.map_or("*".into(), |address| address.to_string());
            format!("{address} {} {}", port.host_text(), key(port.container, port.protocol))
        };
        publish(text).unwrap().iter().map(shown).collect()
    }

    #[test]
    fn every_form_is_read() {
        assert_eq!(shown("80"), ["*  80/tcp"]);
        assert_eq!(shown("8080:80"), ["* 8080 80/tcp"]);
        assert_eq!(shown(":80"), ["*  80/tcp"]);
        assert_eq!(shown("0:80"), ["*  80/tcp"]);
        assert_eq!(shown("127.0.0.1:0:80-81"), ["127.0.0.1  80/tcp", "127.0.0.1  81/tcp"]);
        assert_eq!(shown("127.0.0.1:8080:80/tcp"), ["127.0.0.1 8080 80/tcp"]);
        assert_eq!(shown("127.0.0.1::53/udp"), ["127.0.0.1  53/udp"]);
        assert_eq!(shown("[::1]:8080:80"), ["::1 8080 80/tcp"]);
        assert_eq!(shown("[::1]::80"), ["::1  80/tcp"]);
        assert_eq!(shown("8000-8001:80-81/udp"), ["* 8000 80/udp", "* 8001 81/udp"]);
        assert_eq!(shown("8000-8009:80"), ["* 8000-8009 80/tcp"]);
        assert_eq!(shown("80-81"), ["*  80/tcp", "*  81/tcp"]);
    }

    #[test]
    fn what_is_no_port_is_refused_with_the_reason() {
        let error = |text| format!("{:#}", publish(text).unwrap_err());
        assert_eq!(error("x:80"), "invalid publish \"x:80\": \"x\" is no port");
        assert_eq!(error("0"), "invalid publish \"0\": \"0\" is no port");
        assert_eq!(error("65536"), "invalid publish \"65536\": \"65536\" is no port");
        assert_eq!(
            error("80:80/sctp"),
            "invalid publish \"80:80/sctp\": unknown protocol \"sctp\": tcp and udp are known"
        );
        assert_eq!(
            error("1-3:1-2"),
            "invalid publish \"1-3:1-2\": the ranges have different lengths"
        );
        assert_eq!(
            error("9-3"),
            "invalid publish \"9-3\": the range 9-3 ends before it begins"
        );
        assert_eq!(
            error("host:1:2"),
            "invalid publish \"host:1:2\": \"host\" is no address"
        );
        assert!(publish("").is_err() && publish("[::1:80").is_err());
    }

    #[test]
    fn exposed_ports_are_published_unless_they_are_already() {
        let exposed: Vec<String> = ["80/tcp", "53/udp", "90", "junk"].map(String::from).to_vec();
        let all = publish_all(exposed.iter(), &publish("1:80").unwrap());
        let keys: Vec<_> = all.iter().map(|port| key(port.container, port.protocol)).collect();
        assert_eq!(keys, ["53/udp", "90/tcp"]);
        let overlapping = ["80-82/tcp", "81/tcp", "9/tcp", "81-83/tcp"].map(String::from);
        let all = publish_all(overlapping.iter(), &publish("1:82").unwrap());
        let numbers: Vec<u16> = all.iter().map(|port| port.container).collect();
        assert_eq!(numbers, [9, 80, 81, 83]);
        assert_eq!(expose("7-8/udp").unwrap(), ["7/udp", "8/udp"]);
        assert!(expose("x").is_err());
    }

    /// If each port of each range were looked at, this would not end within the suite.
    #[test]
    fn two_hundred_thousand_ranges_of_all_ports_are_each_port_once() {
        let exposed: Vec<String> = (0..200_000).map(|n| format!("{}-{}", n % 100 + 1, u16::MAX)).collect();
        let published = publish("1-30000:1-30000").unwrap();
        assert_eq!(publish_all(exposed.iter(), &published).len(), 35_535);
        assert_eq!(listed(&published, exposed.iter()), "0.0.0.0:1-30000->1-30000/tcp");
    }

    #[test]
    fn ports_are_listed_as_docker_lists_them() {
        let list = |publish_all: &[&str], exposed: &[&str]| {
            let published: Vec<Port> = publish_all.iter().flat_map(|text| publish(text).unwrap()).collect();
            let exposed: Vec<String> = exposed.iter().map(ToString::to_string).collect();
            listed(&published, exposed.iter())
        };
        assert_eq!(
            list(&["[::1]:8080:80"], &["80/tcp", "90/tcp"]),
            "90/tcp, [::1]:8080->80/tcp"
        );
        assert_eq!(
            list(&["80-82:80-82", "127.0.0.1:53:53/udp"], &[]),
            "127.0.0.1:53->53/udp, 0.0.0.0:80-82->80-82/tcp"
        );
        assert_eq!(
            list(&["8080-8081:80-81"], &["7/tcp", "8/tcp", "8/udp"]),
            "7-8/tcp, 8/udp, 0.0.0.0:8080->80/tcp, 0.0.0.0:8081->81/tcp"
        );
        assert_eq!(
            list(&["8080:80", "80:80"], &[]),
            "0.0.0.0:80->80/tcp, 0.0.0.0:8080->80/tcp"
        );
        assert_eq!(list(&[], &[]), "");
    }
}
