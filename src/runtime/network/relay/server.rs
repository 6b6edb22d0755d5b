//! The relay's process: starting it, its limits, its event loop.

use crate::runtime::network::ports::{Bound, Socket};
use crate::runtime::network::relay::events::{Shared, Token};
use crate::runtime::network::relay::{tcp, udp};
use crate::sys::process::own_namespaces;
use crate::sys::process::{daemonize, fork};
use anyhow::{Context, Result};
use rustix::event::epoll::{self, EventFlags};
use rustix::process::{Resource, Rlimit};
use rustix::time::Timespec;
use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::Path;
use std::time::Instant;

/// The most connections at a time, each with two sockets.
const MAX_CONNECTIONS: u64 = 2048;
/// The most clients that send datagrams, each with a socket.
const MAX_CLIENTS: u64 = 1024;
/// Descriptors for everything else.
const OTHER_DESCRIPTORS: u64 = 256;
/// Bytes that are read at once; a datagram is not larger.
const BUFFER: usize = 64 << 10;
/// How often silent clients are looked for.
const SILENCE_CHECK: Timespec = Timespec { tv_sec: 10, tv_nsec: 0 };

/// A relay that has not been started, with the ports to serve.
pub struct Relay(Vec<Bound>);

impl Relay {
    pub fn new(bound: Vec<Bound>) -> Relay {
        Relay(bound)
    }

    /// Starts serving in a child, until the process with the pidfd `end` ends. `namespace`: the file that the
    /// container's network namespace is mounted on.
    pub fn start(self, namespace: &Path, end: &OwnedFd) -> Result<fork::Child> {
        let namespace = File::open(namespace).with_context(|| namespace.display().to_string())?;
        let bound = &self.0;
        fork::spawn(|| match serve(bound, &namespace, end) {
            Ok(()) => 0,
            // The error cannot be reported: the child has no output.
            Err(_) => 1,
        })
        .context("forking")
    }
}

fn serve(bound: &[Bound], namespace: &File, end: &OwnedFd) -> io::Result<()> {
    daemonize::detach()?;
    // The terminal, the log and whatever else the supervisor has open must be closed when the supervisor closes it.
    let sockets = bound.iter().map(|bound| match &bound.socket {
        Socket::Tcp(socket) => socket.as_raw_fd(),
        Socket::Udp(socket) => socket.as_raw_fd(),
    });
    let keep: Vec<_> = sockets.chain([namespace.as_raw_fd(), end.as_raw_fd()]).collect();
    fork::close_descriptors_but(&keep);
    own_namespaces::enter(namespace, libc::CLONE_NEWNET)?;
    Server::new(bound, end)?.run()
}

/// Raises the limit on descriptors as far as possible. Returns how many connections and clients it allows.
fn raise_descriptor_limit() -> (usize, usize) {
    let wanted = 2 * MAX_CONNECTIONS + MAX_CLIENTS + OTHER_DESCRIPTORS;
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
    let free = limit
        .current
        .unwrap_or(wanted)
        .min(wanted)
        .saturating_sub(OTHER_DESCRIPTORS);
    // A fifth for clients, the proportion of the constants above.
    let clients = free / 5;
    (((free - clients) / 2).max(1) as usize, clients.max(1) as usize)
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
        let (connections, clients) = raise_descriptor_limit();
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

    /// Serves until the container ends.
    fn run(mut self) -> io::Result<()> {
        let mut events = Vec::with_capacity(64);
        loop {
            let timeout = (!self.clients.is_empty()).then_some(&SILENCE_CHECK);
            match epoll::wait(&self.shared.epoll, rustix::buffer::spare_capacity(&mut events), timeout) {
                Err(rustix::io::Errno::INTR) => continue,
                result => result?,
            };
            let now = Instant::now();
            for event in events.drain(..) {
                match Token::from_data(event.data) {
                    Token::End => return Ok(()),
                    Token::Listener(index) => self.listeners.accept(&self.shared, index),
                    Token::Connection(index, side) => self.listeners.handle(&mut self.shared, index, side, event.flags),
                    Token::Published(index) => self.clients.receive(&mut self.shared, index, now),
                    Token::Client(index) => self.clients.answer(&mut self.shared, index, now),
                }
            }
            self.clients.forget_silent(now);
        }
    }
}
