//! The relay: a process that serves a container's published ports, by copying between sockets of the host's and sockets in the
//! container's network namespace.
//!
//! A fork of the container's supervisor, with one thread and one epoll(7). It listens on what was bound before, lives in the
//! container's network namespace, and ends when the container's first process does, whatever becomes of the supervisor. Programs in the
//! container are reached at an address of its own and see that address as their client's.
//!
//! What it holds is bounded: a number of connections and of clients that send datagrams, and for each connection as much as was read
//! at once in each direction and not taken yet. Where there are as many connections as can be, the next ones wait in the kernel.

pub mod tcp;
pub mod udp;

use crate::runtime::network::ports::{Bound, Socket};
use crate::sys::process::{daemonize, fork};
use crate::sys::{mount, net};
use anyhow::{Context, Result};
use rustix::event::epoll::{self, EventData, EventFlags};
use rustix::process::{Resource, Rlimit};
use rustix::time::Timespec;
use std::fs::File;
use std::io;
use std::net::IpAddr;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::path::Path;
use std::time::Instant;

/// Connections at a time, each with two sockets.
const MAX_CONNECTIONS: u64 = 2048;
/// Clients that send datagrams, each with a socket.
const MAX_CLIENTS: u64 = 1024;
/// Descriptors beside those.
const OTHERS: u64 = 256;
/// What is read at once; a datagram is not larger.
const BUFFER: usize = 64 << 10;
/// How often clients that have fallen silent are looked for.
const LOOK: Timespec = Timespec { tv_sec: 10, tv_nsec: 0 };

/// The ports to serve.
pub struct Relay(Vec<Bound>);

/// What an event belongs to. In the kernel's hands it is a number: a kind, and which of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    /// The container's first process has ended.
    End,
    Listener(u32),
    /// The socket of a published UDP port.
    Published(u32),
    Connection(u32, tcp::Side),
    Client(u32),
}

impl Token {
    fn data(self) -> EventData {
        let (kind, which) = match self {
            Token::End => (0, 0),
            Token::Listener(which) => (1, which),
            Token::Published(which) => (2, which),
            Token::Connection(which, tcp::Side::Outer) => (3, which),
            Token::Connection(which, tcp::Side::Inner) => (4, which),
            Token::Client(which) => (5, which),
        };
        EventData::new_u64(kind << 32 | u64::from(which))
    }

    fn of(data: EventData) -> Token {
        let which = data.u64() as u32;
        match data.u64() >> 32 {
            1 => Token::Listener(which),
            2 => Token::Published(which),
            3 => Token::Connection(which, tcp::Side::Outer),
            4 => Token::Connection(which, tcp::Side::Inner),
            5 => Token::Client(which),
            _ => Token::End,
        }
    }
}

impl Relay {
    pub fn new(bound: Vec<Bound>) -> Relay {
        Relay(bound)
    }

    /// Starts serving, in a child that lives until the process behind `end` ends. `namespace`: the container's network's, mounted on this file.
    pub fn start(self, namespace: &Path, end: &OwnedFd) -> Result<fork::Child> {
        let namespace = File::open(namespace).with_context(|| namespace.display().to_string())?;
        let bound = &self.0;
        fork::spawn(|| match serve(bound, &namespace, end) {
            Ok(()) => 0,
            // There is nobody to tell: its descriptors lead nowhere.
            Err(_) => 1,
        })
        .context("forking")
    }
}

fn serve(bound: &[Bound], namespace: &File, end: &OwnedFd) -> io::Result<()> {
    daemonize::detach()?;
    // The terminal, the log and all else that the supervisor has open is to be closed when it closes it.
    let sockets = bound.iter().map(|bound| match &bound.socket {
        Socket::Tcp(socket) => socket.as_raw_fd(),
        Socket::Udp(socket) => socket.as_raw_fd(),
    });
    let keep: Vec<_> = sockets.chain([namespace.as_raw_fd(), end.as_raw_fd()]).collect();
    fork::close_descriptors_but(&keep);
    mount::enter_namespace(namespace, libc::CLONE_NEWNET)?;
    Server::new(bound, end)?.run()
}

/// How many connections and clients the limit on descriptors allows, once it is raised as far as it can be.
fn raise_limits() -> (usize, usize) {
    let wanted = 2 * MAX_CONNECTIONS + MAX_CLIENTS + OTHERS;
    let mut limit = rustix::process::getrlimit(Resource::Nofile);
    let raised = limit.maximum.map_or(wanted, |maximum| maximum.min(wanted));
    if limit.current.is_some_and(|current| current < raised) {
        let new = Rlimit {
            current: Some(raised),
            ..limit
        };
        if rustix::process::setrlimit(Resource::Nofile, new).is_ok() {
            limit = new;
        }
    }
    let free = limit.current.unwrap_or(wanted).min(wanted).saturating_sub(OTHERS);
    // A fifth for clients, as it is of the whole.
    let clients = free / 5;
    (((free - clients) / 2).max(1) as usize, clients.max(1) as usize)
}

/// What all parts of the server use.
pub struct Shared {
    epoll: OwnedFd,
    buffer: Vec<u8>,
}

impl Shared {
    fn watch(&self, socket: impl AsFd, token: Token, events: EventFlags) -> io::Result<()> {
        Ok(epoll::add(&self.epoll, socket, token.data(), events)?)
    }
}

/// Where the container is reached, the one to try first first. Asked for each time: its networks may change.
fn addresses() -> io::Result<Vec<IpAddr>> {
    let mut addresses = net::addresses()?;
    if addresses.is_empty() {
        addresses.push(crate::runtime::network::ALONE.into());
    }
    // Programs that listen for both families are the rule, and then those that listen for the older one.
    addresses.sort_by_key(IpAddr::is_ipv6);
    Ok(addresses)
}

struct Server<'a> {
    shared: Shared,
    listeners: tcp::Listeners<'a>,
    clients: udp::Clients<'a>,
}

impl<'a> Server<'a> {
    fn new(bound: &'a [Bound], end: &OwnedFd) -> io::Result<Server<'a>> {
        let shared = Shared {
            epoll: epoll::create(epoll::CreateFlags::CLOEXEC)?,
            buffer: vec![0; BUFFER],
        };
        shared.watch(end, Token::End, EventFlags::IN)?;
        let (connections, clients) = raise_limits();
        let mut server = Server {
            listeners: tcp::Listeners::new(connections),
            clients: udp::Clients::new(clients),
            shared,
        };
        for Bound { port, socket } in bound {
            match socket {
                Socket::Tcp(socket) => server.listeners.add(&server.shared, socket, port.container)?,
                Socket::Udp(socket) => server.clients.add(&server.shared, socket, port.container)?,
            }
        }
        Ok(server)
    }

    /// Until the container ends.
    fn run(mut self) -> io::Result<()> {
        let mut events = Vec::with_capacity(64);
        loop {
            let timeout = (!self.clients.is_empty()).then_some(&LOOK);
            match epoll::wait(&self.shared.epoll, rustix::buffer::spare_capacity(&mut events), timeout) {
                Err(rustix::io::Errno::INTR) => continue,
                result => result?,
            };
            let now = Instant::now();
            for event in events.drain(..) {
                match Token::of(event.data) {
                    Token::End => return Ok(()),
                    Token::Listener(which) => self.listeners.accept(&self.shared, which),
                    Token::Connection(which, side) => self.listeners.ready(&mut self.shared, which, side, event.flags),
                    Token::Published(which) => self.clients.receive(&mut self.shared, which, now),
                    Token::Client(which) => self.clients.answer(&mut self.shared, which, now),
                }
            }
            self.clients.forget_silent(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_comes_back_from_the_kernels_number() {
        for token in [
            Token::End,
            Token::Listener(3),
            Token::Published(u32::MAX),
            Token::Connection(7, tcp::Side::Outer),
            Token::Connection(7, tcp::Side::Inner),
            Token::Client(0),
        ] {
            assert_eq!(Token::of(token.data()), token);
        }
    }
}
