//! Published ports: choosing ports of the host and listening on them, so that they are known to be free.
//!
//! The chosen ports are recorded in the container's run directory while it runs.

use crate::runtime::model::port::{Port, Protocol};
use crate::runtime::model::run_dir::PORTS;
use anyhow::{Context, Result, anyhow};
use std::fs;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, UdpSocket};
use std::path::Path;

/// A published port, with the socket that listens on the host.
pub struct Bound {
    /// With the one port of the host that was chosen.
    pub port: Port,
    pub socket: Socket,
}

pub enum Socket {
    Tcp(TcpListener),
    Udp(UdpSocket),
}

impl Socket {
    fn bind(protocol: Protocol, address: SocketAddr) -> io::Result<Socket> {
        match protocol {
            Protocol::Tcp => TcpListener::bind(address).map(Socket::Tcp),
            Protocol::Udp => UdpSocket::bind(address).map(Socket::Udp),
        }
    }

    /// Binds all addresses, of IPv4 and IPv6 with one socket if the host has both.
    fn bind_all(protocol: Protocol, port: u16) -> io::Result<Socket> {
        match Socket::bind(protocol, (Ipv6Addr::UNSPECIFIED, port).into()) {
            Err(error) if matches!(error.raw_os_error(), Some(libc::EAFNOSUPPORT | libc::EADDRNOTAVAIL)) => {
                Socket::bind(protocol, (Ipv4Addr::UNSPECIFIED, port).into())
            }
            result => result,
        }
    }

    fn port(&self) -> io::Result<u16> {
        let address = match self {
            Socket::Tcp(socket) => socket.local_addr(),
            Socket::Udp(socket) => socket.local_addr(),
        };
        address.map(|address| address.port())
    }
}

/// Chooses a free port of the host for each, and listens there. An error if one is in use or not allowed to this user.
pub fn bind(ports: &[Port]) -> Result<Vec<Bound>> {
    let bound = ports.iter().map(|port| {
        let socket = bind_one(port)?;
        let number = socket.port().context("the port that was bound")?;
        let port = Port {
            host: (number, number),
            ..port.clone()
        };
        Ok(Bound { port, socket })
    });
    bound.collect()
}

/// Closes the sockets, so that another program can listen there. Returns the chosen ports.
pub fn release(bound: Vec<Bound>) -> Vec<Port> {
    bound.into_iter().map(|bound| bound.port).collect()
}

fn bind_one(port: &Port) -> Result<Socket> {
    let (first, last) = port.host;
    let mut refused = None;
    for number in first..=last {
        let bound = match port.address {
            None => Socket::bind_all(port.protocol, number),
            Some(address) => Socket::bind(port.protocol, (address, number).into()),
        };
        match bound {
            Ok(socket) => return Ok(socket),
            Err(error) => refused = refused.or(Some((number, error))),
        }
    }
    let (number, error) = refused.context("an empty range of ports")?;
    let address = SocketAddr::new(port.address.unwrap_or(Ipv4Addr::UNSPECIFIED.into()), number);
    let reason = match error.raw_os_error() {
        Some(libc::EADDRINUSE) if first != last => format!("all ports up to {last} are already allocated"),
        Some(libc::EADDRINUSE) => "port is already allocated".into(),
        Some(libc::EACCES) => format!(
            "an ordinary user may not listen there; \
             'sysctl -w net.ipv4.ip_unprivileged_port_start={number}' as root allows it"
        ),
        Some(libc::EADDRNOTAVAIL) => "the host has no such address".into(),
        _ => error.to_string(),
    };
    Err(anyhow!("publishing {address}/{}: {reason}", port.protocol))
}

/// Records the chosen ports in the container's run directory.
pub fn record(run_dir: &Path, bound: &[Bound]) -> Result<()> {
    let path = run_dir.join(PORTS);
    let ports: Vec<&Port> = bound.iter().map(|bound| &bound.port).collect();
    fs::write(&path, serde_json::to_vec(&ports)?).with_context(|| format!("writing {}", path.display()))
}

/// The published ports of the container with this run directory; none if it does not run.
pub fn published(run_dir: &Path) -> Vec<Port> {
    fs::read(run_dir.join(PORTS))
        .ok()
        .and_then(|text| serde_json::from_slice(&text).ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(ports: &[Port]) -> Result<Vec<Port>> {
        bind(ports).map(release)
    }

    fn port(host: (u16, u16)) -> Port {
        Port {
            address: Some(Ipv4Addr::LOCALHOST.into()),
            host,
            container: 80,
            protocol: Protocol::Tcp,
        }
    }

    #[test]
    fn port_0_is_any_free_port_and_none_is_chosen_twice() {
        let chosen = choose(&[port((0, 0)), port((0, 0))]).unwrap();
        assert!(chosen[0].host.0 != 0 && chosen[0].host != chosen[1].host, "{chosen:?}");
        let number = chosen[0].host.0;
        choose(&[port((number, number))]).unwrap();
        assert!(choose(&[port((number, number)), port((number, number))]).is_err());
    }

    #[test]
    fn a_port_in_use_is_an_error_and_in_a_range_the_next_is_chosen() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let number = taken.local_addr().unwrap().port();
        assert_eq!(
            choose(&[port((number, number))]).unwrap_err().to_string(),
            format!("publishing 127.0.0.1:{number}/tcp: port is already allocated")
        );
        let everywhere = Port {
            address: None,
            ..port((number, number))
        };
        assert_eq!(
            choose(&[everywhere]).unwrap_err().to_string(),
            format!("publishing 0.0.0.0:{number}/tcp: port is already allocated")
        );
        if number < 65000 {
            let chosen = choose(&[port((number, number + 100))]).unwrap();
            assert!(chosen[0].host.0 > number);
        }
    }

    #[test]
    fn an_address_that_the_host_does_not_have_is_an_error() {
        let elsewhere = Port {
            address: Some("192.0.2.7".parse().unwrap()),
            ..port((0, 0))
        };
        assert_eq!(
            choose(&[elsewhere]).unwrap_err().to_string(),
            "publishing 192.0.2.7:0/tcp: the host has no such address"
        );
    }
}
