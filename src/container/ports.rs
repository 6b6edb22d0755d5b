//! Ports as options name them: `--publish`, `--expose`.

use super::Container;
use crate::runtime::{self, Port, Protocol};
use crate::store::Store;
use anyhow::{Context, Result, bail, ensure};
use std::net::IpAddr;

/// `[[ADDRESS:][HOST[-LAST]]:]PORT[-LAST][/tcp|udp]`: one for each port of a range.
pub fn publish(text: &str) -> Result<Vec<Port>> {
    read(text).with_context(|| format!("invalid publish {text:?}"))
}

fn read(text: &str) -> Result<Vec<Port>> {
    let (places, protocol) = protocol(text)?;
    // The address may have colons of its own, in brackets.
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
        "" => None,
        host => Some(range(host)?),
    };
    let count = last - first;
    let host_of = |index: u16| -> Result<(u16, u16)> {
        Ok(match hosts {
            None => (0, 0),
            Some((first, last)) if last - first == count => (first + index, first + index),
            // Any of them for the one port.
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

/// `PORT[-LAST][/tcp|udp]`, as `EXPOSE` and `--expose` name them: each port's key in `ExposedPorts`.
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

/// A port for each key of `ExposedPorts` that is none of `published` yet, at any free one of the host's: `-P`. What an
/// image exposes and cannot be read is left out.
pub fn publish_all<'a>(exposed: impl Iterator<Item = &'a String>, published: &[Port]) -> Vec<Port> {
    let ports = exposed.filter_map(|text| {
        let (ports, protocol) = protocol(text).ok()?;
        Some((range(ports).ok()?, protocol))
    });
    let all = ports.flat_map(|((first, last), protocol)| (first..=last).map(move |port| (port, protocol)));
    let is_new = |(port, protocol): &(u16, Protocol)| {
        !published
            .iter()
            .any(|have| have.container == *port && have.protocol == *protocol)
    };
    all.filter(is_new)
        .map(|(container, protocol)| Port {
            address: None,
            host: (0, 0),
            container,
            protocol,
        })
        .collect()
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

impl Container {
    /// Where its ports are to be reached, while it runs.
    pub fn ports(&self, store: &Store) -> Result<Vec<Port>> {
        Ok(match self.state()?.is_active() {
            true => runtime::published(&self.run_dir(store)),
            false => Vec::new(),
        })
    }
}

/// In `ps`: `0.0.0.0:8080->80/tcp, 90/tcp`, the exposed ones that are not published last.
pub fn listed<'a>(published: &[Port], exposed: impl Iterator<Item = &'a String>) -> String {
    let mut shown: Vec<String> = published
        .iter()
        .map(|port| format!("{}->{}", place(port), key(port.container, port.protocol)))
        .collect();
    let keys: Vec<String> = published
        .iter()
        .map(|port| key(port.container, port.protocol))
        .collect();
    shown.extend(exposed.filter(|exposed| !keys.contains(exposed)).cloned());
    shown.join(", ")
}

/// As `port` lists them: a container's port (`80/tcp`), and where it listens.
pub fn places(published: &[Port]) -> Vec<(String, String)> {
    let one = |port: &Port| (key(port.container, port.protocol), place(port));
    published.iter().map(one).collect()
}

/// `0.0.0.0:8080` or `[::1]:8080`: where a chosen port listens.
fn place(port: &Port) -> String {
    let number = port.host.0;
    match port.address {
        None => format!("0.0.0.0:{number}"),
        Some(IpAddr::V6(address)) => format!("[{address}]:{number}"),
        Some(address) => format!("{address}:{number}"),
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
        assert_eq!(expose("7-8/udp").unwrap(), ["7/udp", "8/udp"]);
        assert!(expose("x").is_err());
    }

    #[test]
    fn published_ports_are_listed_before_exposed_ones() {
        let published = publish("[::1]:8080:80").unwrap();
        let exposed = ["80/tcp".to_owned(), "90/tcp".to_owned()];
        assert_eq!(listed(&published, exposed.iter()), "[::1]:8080->80/tcp, 90/tcp");
    }
}
