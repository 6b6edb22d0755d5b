//! Waits until aardvark-dns knows a container.
//!
//! netavark starts aardvark-dns, or sends it SIGHUP, and does not wait for it. Until it has read its configuration it
//! refuses queries or answers NXDOMAIN, which resolvers take for a final answer. So the first name that a container
//! looks up, or that another container looks up to reach it, could be unknown.

use crate::runtime::model::network::NameServer;
use crate::sys::process::fork;
use crate::sys::process::own_namespaces;
use crate::sys::wait;
use anyhow::Result;
use hickory_proto::op::{Message, Query};
use hickory_proto::rr::{Name, RecordType};
use std::fs::File;
use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, UdpSocket};
use std::time::Duration;

/// The domain of containers' names.
pub const DOMAIN: &str = "dns.podman";

/// How long to wait in all; usually it takes a few milliseconds. A firewall may block the queries, and the container is
/// usable all the same.
const TIMEOUT: Duration = Duration::from_secs(1);
/// How long to wait for one answer.
const ANSWER_TIMEOUT: Duration = Duration::from_millis(100);
/// How long to wait before asking again.
const RETRY_AFTER: Duration = Duration::from_millis(2);

/// Returns when all servers know the container by `label`, or after [`TIMEOUT`]. The queries are sent from the
/// container's network namespace, since a server answers only the containers of its network.
pub fn wait(servers: &[NameServer], label: &str, namespace: &dyn Fn() -> io::Result<File>) {
    let ask = || -> io::Result<()> {
        own_namespaces::enter(&namespace()?, libc::CLONE_NEWNET)?;
        let mut left = servers.iter().peekable();
        wait::until(TIMEOUT, RETRY_AFTER, || {
            while left.next_if(|server| knows(server, label).unwrap_or(false)).is_some() {}
            left.peek().is_none()
        });
        Ok(())
    };
    if !servers.is_empty()
        && let Ok(child) = fork::spawn(|| i32::from(ask().is_err()))
    {
        // A server that does not know the container by now will a little later.
        let _ = child.wait();
    }
}

/// Asks the server once.
fn knows(server: &NameServer, label: &str) -> Result<bool> {
    let any: IpAddr = match server.server {
        IpAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        IpAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let socket = UdpSocket::bind((any, 0))?;
    socket.connect((server.server, 53))?;
    socket.set_read_timeout(Some(ANSWER_TIMEOUT))?;
    let query = query(server.address, label)?;
    socket.send(&query.to_vec()?)?;
    let mut answer = [0; 512];
    match socket.recv(&mut answer) {
        Ok(length) => Ok(names_address(&query, &answer[..length], server.address)),
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// The query for the addresses of `label`, of the family of `address`.
fn query(address: IpAddr, label: &str) -> Result<Message> {
    let kind = match address {
        IpAddr::V4(_) => RecordType::A,
        IpAddr::V6(_) => RecordType::AAAA,
    };
    let name = Name::from_ascii(format!("{label}.{DOMAIN}."))?;
    let mut message = Message::query();
    message.metadata.recursion_desired = true;
    message.add_query(Query::query(name, kind));
    Ok(message)
}

/// Whether `answer` answers the query with this address.
fn names_address(query: &Message, answer: &[u8], address: IpAddr) -> bool {
    Message::from_vec(answer).is_ok_and(|answer| {
        let mut addresses = answer.answers.iter().map(|record| record.data.ip_addr());
        answer.metadata.id == query.metadata.id && addresses.any(|found| found == Some(address))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bytes are RFC 1035's (section 4.1) and RFC 3596's.
    #[test]
    fn an_answer_counts_if_it_has_the_address_and_the_querys_id() {
        for (address, kind) in [("10.89.0.2", 1), ("fd00::2", 28)] {
            let address: IpAddr = address.parse().unwrap();
            let query = query(address, "0123abcd").unwrap();
            let question = query.to_vec().unwrap();
            assert_eq!(
                question[12..],
                [b"\x080123abcd\x03dns\x06podman\0\0", &[kind, 0, 1][..]].concat()
            );
            let data = match address {
                IpAddr::V4(address) => address.octets().to_vec(),
                IpAddr::V6(address) => address.octets().to_vec(),
            };
            let record = [&[0xc0, 12, 0, kind, 0, 1, 0, 0, 0, 60, 0, data.len() as u8], &data[..]].concat();
            let mut answer = [question.clone(), record].concat();
            // A response, with one record.
            answer[2] |= 0x80;
            answer[7] = 1;
            assert!(names_address(&query, &answer, address));
            assert!(!names_address(&query, &question, address) && !names_address(&query, b"", address));
            let other: IpAddr = if address.is_ipv4() { "10.89.0.3" } else { "fd00::3" }.parse().unwrap();
            assert!(!names_address(&query, &answer, other));
            answer[0] ^= 1;
            assert!(!names_address(&query, &answer, address));
        }
    }
}
