//! UDP through the relay: each client has a socket of its own in the container, so that answers can be assigned to it.

use crate::runtime::network::relay::events::{Shared, Token, addresses};
use rustix::event::epoll::EventFlags;
use rustix::net::{AddressFamily, SocketFlags, SocketType, connect, socket_with};
use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

/// How long a client may neither send nor be answered before its socket is closed.
const SILENCE: Duration = Duration::from_secs(60);
/// How many datagrams of one socket are passed on before the others are served.
const DATAGRAMS_PER_EVENT: usize = 64;

/// The published UDP ports and their clients.
pub struct Clients<'a> {
    published: Vec<(&'a UdpSocket, u16)>,
    clients: HashMap<u32, Client>,
    by_address: HashMap<(u32, SocketAddr), u32>,
    next: u32,
    max: usize,
    /// When silent clients were last looked for.
    checked: Instant,
}

struct Client {
    /// The published port that it sends to, by index, and its own address.
    key: (u32, SocketAddr),
    /// A socket in the container, connected to the port there.
    inner: UdpSocket,
    /// The container's address that `inner` is connected to.
    address: IpAddr,
    /// When the last datagram was passed on, either way.
    last: Instant,
}

impl<'a> Clients<'a> {
    pub fn new(max: usize) -> Clients<'a> {
        Clients {
            published: Vec::new(),
            clients: HashMap::new(),
            by_address: HashMap::new(),
            next: 0,
            max,
            checked: Instant::now(),
        }
    }

    /// Serves a port: datagrams to `socket` lead to `port` in the container.
    pub fn add(&mut self, shared: &Shared, socket: &'a UdpSocket, port: u16) -> io::Result<()> {
        socket.set_nonblocking(true)?;
        shared.watch(socket, Token::Published(self.published.len() as u32), EventFlags::IN)?;
        self.published.push((socket, port));
        Ok(())
    }

    pub fn is_empty(&self) -> bool {
        self.clients.is_empty()
    }

    /// Passes on what clients sent to a published port. A datagram that cannot be passed on is dropped.
    pub fn receive(&mut self, shared: &mut Shared, index: u32, now: Instant) {
        let (socket, port) = self.published[index as usize];
        for _ in 0..DATAGRAMS_PER_EVENT {
            let Ok((count, address)) = socket.recv_from(&mut shared.buffer) else {
                return;
            };
            let key = (index, address);
            if !self.by_address.contains_key(&key) && self.add_client(shared, key, port, now).is_err() {
                continue;
            }
            let Some(&id) = self.by_address.get(&key) else { continue };
            let Some(client) = self.clients.get_mut(&id) else {
                continue;
            };
            client.last = now;
            let sent = client.inner.send(&shared.buffer[..count]);
            // The error belongs to an earlier datagram that nobody received (ICMP port unreachable).
            if sent.is_err() && client.try_next_address(shared, id, port).is_ok() {
                let _ = client.inner.send(&shared.buffer[..count]);
            }
        }
    }

    /// Adds a client, in place of the longest silent one if all are in use.
    fn add_client(&mut self, shared: &Shared, key: (u32, SocketAddr), port: u16, now: Instant) -> io::Result<()> {
        if self.clients.len() >= self.max
            && let Some(oldest) = self
                .clients
                .iter()
                .min_by_key(|(_, client)| client.last)
                .map(|(id, _)| *id)
        {
            self.forget(oldest);
        }
        let address = addresses()?[0];
        let inner = open(address, port)?;
        let id = self.next;
        self.next = self.next.wrapping_add(1);
        shared.watch(&inner, Token::Client(id), EventFlags::IN)?;
        let client = Client {
            key,
            inner,
            address,
            last: now,
        };
        self.clients.insert(id, client);
        self.by_address.insert(key, id);
        Ok(())
    }

    /// Passes answers on to a client.
    pub fn answer(&mut self, shared: &mut Shared, id: u32, now: Instant) {
        let Some(client) = self.clients.get_mut(&id) else {
            return;
        };
        let (socket, port) = self.published[client.key.0 as usize];
        for _ in 0..DATAGRAMS_PER_EVENT {
            match client.inner.recv(&mut shared.buffer) {
                Ok(count) => {
                    client.last = now;
                    let _ = socket.send_to(&shared.buffer[..count], client.key.1);
                }
                Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
                    let _ = client.try_next_address(shared, id, port);
                    return;
                }
                Err(_) => return,
            }
        }
    }

    /// Removes the clients that have been silent for too long.
    pub fn forget_silent(&mut self, now: Instant) {
        if now.duration_since(self.checked) < SILENCE / 6 {
            return;
        }
        self.checked = now;
        let silent = self
            .clients
            .iter()
            .filter(|(_, client)| now.duration_since(client.last) > SILENCE);
        for id in silent.map(|(id, _)| *id).collect::<Vec<_>>() {
            self.forget(id);
        }
    }

    fn forget(&mut self, id: u32) {
        if let Some(client) = self.clients.remove(&id) {
            self.by_address.remove(&client.key);
        }
    }
}

impl Client {
    /// Sends to the container's next address from now on, because nobody listens at this one. After the last comes the
    /// first again: somebody may listen there later.
    fn try_next_address(&mut self, shared: &Shared, id: u32, port: u16) -> io::Result<()> {
        let addresses = addresses()?;
        let next = addresses.iter().position(|address| *address == self.address);
        let next = addresses[next.map_or(0, |at| (at + 1) % addresses.len())];
        if next != self.address {
            self.inner = open(next, port)?;
            self.address = next;
            shared.watch(&self.inner, Token::Client(id), EventFlags::IN)?;
        }
        Ok(())
    }
}

fn open(address: IpAddr, port: u16) -> io::Result<UdpSocket> {
    let family = match address {
        IpAddr::V4(_) => AddressFamily::INET,
        IpAddr::V6(_) => AddressFamily::INET6,
    };
    let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
    let socket = socket_with(family, SocketType::DGRAM, flags, None)?;
    connect(&socket, &SocketAddr::new(address, port))?;
    Ok(socket.into())
}
