//! What the parts of the relay share: event tokens, the event queue, the container's addresses.

use crate::runtime::model::network::NO_NETWORK_ADDRESS;
use crate::sys::net;
use rustix::event::epoll::{self, EventData, EventFlags};
use std::io;
use std::net::IpAddr;
use std::os::fd::{AsFd, OwnedFd};

/// The client's socket of a connection, or the one that leads into the container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Outer,
    Inner,
}

/// Identifies the source of an event. epoll(7) carries it as a number: the kind in the high half, the index in the low
/// half.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token {
    /// The container's first process has ended.
    End,
    Listener(u32),
    /// The socket of a published UDP port.
    Published(u32),
    Connection(u32, Side),
    Client(u32),
}

impl Token {
    pub fn data(self) -> EventData {
        let (kind, index) = match self {
            Token::End => (0, 0),
            Token::Listener(index) => (1, index),
            Token::Published(index) => (2, index),
            Token::Connection(index, Side::Outer) => (3, index),
            Token::Connection(index, Side::Inner) => (4, index),
            Token::Client(index) => (5, index),
        };
        EventData::new_u64(kind << 32 | u64::from(index))
    }

    pub fn from_data(data: EventData) -> Token {
        let index = data.u64() as u32;
        match data.u64() >> 32 {
            1 => Token::Listener(index),
            2 => Token::Published(index),
            3 => Token::Connection(index, Side::Outer),
            4 => Token::Connection(index, Side::Inner),
            5 => Token::Client(index),
            _ => Token::End,
        }
    }
}

/// The event queue and the buffer, which all connections and clients share.
pub struct Shared {
    pub epoll: OwnedFd,
    pub buffer: Vec<u8>,
}

impl Shared {
    /// Adds a socket to the event queue.
    pub fn watch(&self, socket: impl AsFd, token: Token, events: EventFlags) -> io::Result<()> {
        Ok(epoll::add(&self.epoll, socket, token.data(), events)?)
    }
}

/// The container's addresses, in the order in which to try them. Called for each connection: the container's networks
/// may change.
pub fn addresses() -> io::Result<Vec<IpAddr>> {
    let mut addresses = net::addresses()?;
    if addresses.is_empty() {
        addresses.push(NO_NETWORK_ADDRESS.into());
    }
    // Most programs listen on IPv4, alone or with IPv6.
    addresses.sort_by_key(IpAddr::is_ipv6);
    Ok(addresses)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_survives_its_form_as_a_number() {
        for token in [
            Token::End,
            Token::Listener(3),
            Token::Published(u32::MAX),
            Token::Connection(7, Side::Outer),
            Token::Connection(7, Side::Inner),
            Token::Client(0),
        ] {
            assert_eq!(Token::from_data(token.data()), token);
        }
    }
}
