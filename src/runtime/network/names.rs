//! Waiting for aardvark-dns: until it has read that a container is there.
//!
//! netavark starts it, or sends it a signal, and does not wait. Until it listens, or listens again, whoever asks it is refused, which a
//! resolver takes for an answer: the first thing a container does, or another that looks for it, would find nobody.

use crate::runtime::model::network::NameServer;
use crate::sys::mount;
use crate::sys::process::fork;
use std::fs::File;
use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, UdpSocket};
use std::time::{Duration, Instant};

/// The domain of containers' names.
pub const DOMAIN: &str = "dns.podman";

/// It takes a few milliseconds. A firewall may let nobody ask, and the container is of use all the same.
const PATIENCE: Duration = Duration::from_secs(1);
/// How long to wait for one answer.
const ANSWER: Duration = Duration::from_millis(100);
/// How long to wait after one that is not the right one.
const STEP: Duration = Duration::from_millis(2);

/// Returns when all of them know the container by `label`, or after a while. Asks in the container's namespace, since a server tells nobody else.
pub fn wait(servers: &[NameServer], label: &str, namespace: &dyn Fn() -> io::Result<File>) {
    let ask = || -> io::Result<()> {
        mount::enter_namespace(&namespace()?, libc::CLONE_NEWNET)?;
        let begun = Instant::now();
        for server in servers {
            while !server.knows(label).unwrap_or(false) && begun.elapsed() < PATIENCE {
                std::thread::sleep(STEP);
            }
        }
        Ok(())
    };
    if !servers.is_empty()
        && let Ok(child) = fork::spawn(|| i32::from(ask().is_err()))
    {
        // What is not known by now will be known a little later.
        let _ = child.wait();
    }
}

impl NameServer {
    fn knows(&self, label: &str) -> io::Result<bool> {
        let any: IpAddr = match self.server {
            IpAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
            IpAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
        };
        let socket = UdpSocket::bind((any, 0))?;
        socket.connect((self.server, 53))?;
        socket.set_read_timeout(Some(ANSWER))?;
        socket.send(&self.question(label))?;
        let mut answer = [0; 512];
        match socket.recv(&mut answer) {
            Ok(length) => Ok(self.is_in(&answer[..length])),
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// A message that asks for the addresses of its own family (RFC 1035, 4.1; RFC 3596).
    fn question(&self, label: &str) -> Vec<u8> {
        // Any identity, recursion desired, one question.
        let mut message = vec![0x1a, 0x3e, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        for label in [label].into_iter().chain(DOMAIN.split('.')) {
            message.push(label.len() as u8);
            message.extend(label.as_bytes());
        }
        let kind = if self.address.is_ipv4() { 1 } else { 28 };
        message.extend([0, 0, kind, 0, 1]);
        message
    }

    /// Whether one of the answer's records is the address: its length, and itself.
    fn is_in(&self, answer: &[u8]) -> bool {
        let data = match self.address {
            IpAddr::V4(address) => [&[0, 4], &address.octets()[..]].concat(),
            IpAddr::V6(address) => [&[0, 16], &address.octets()[..]].concat(),
        };
        answer.len() > 12 && answer[12..].windows(data.len()).any(|part| part == data)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_has_the_address_that_was_asked_for() {
        for (address, kind) in [("10.89.0.2", 1), ("fd00::2", 28)] {
            let server = NameServer {
                server: "10.89.0.1".parse().unwrap(),
                address: address.parse().unwrap(),
            };
            let question = server.question("0123abcd");
            assert_eq!(
                question[12..],
                [b"\x080123abcd\x03dns\x06podman\0\0", &[kind, 0, 1][..]].concat()
            );
            assert!(!server.is_in(&question) && !server.is_in(b""));
            let data = match server.address {
                IpAddr::V4(address) => address.octets().to_vec(),
                IpAddr::V6(address) => address.octets().to_vec(),
            };
            let record = [&[0xc0, 12, 0, kind, 0, 1, 0, 0, 0, 60, 0, data.len() as u8], &data[..]].concat();
            assert!(server.is_in(&[question, record].concat()));
        }
    }
}
