//! TCP through the relay: each connection is two sockets, and what was read from one and has not been written to the
//! other yet.

use crate::runtime::network::relay::events::{Shared, Side, Token, addresses};
use rustix::event::epoll::{self, EventFlags};
use rustix::net::{AddressFamily, SocketFlags, SocketType, connect, socket_with, sockopt};
use std::collections::HashMap;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{IpAddr, Shutdown, SocketAddr, TcpListener, TcpStream};

/// Connections that wait in the kernel, as far as it allows so many (net.core.somaxconn).
const BACKLOG: i32 = 4096;
/// How often one socket is read before the others are served.
const READS_PER_EVENT: usize = 16;

/// The published TCP ports and their connections.
pub struct Listeners<'a> {
    listeners: Vec<(&'a TcpListener, u16)>,
    connections: HashMap<u32, Connection>,
    /// The number of the next connection. It wraps after 2^32 connections, when the first have long ended.
    next: u32,
    max: usize,
    /// Whether all connections are in use, so that the listeners are not watched.
    full: bool,
}

struct Connection {
    outer: BufferedSocket,
    inner: BufferedSocket,
    /// While the inner socket connects: the port in the container, and the addresses that are still to be tried.
    connecting: Option<(u16, Vec<IpAddr>)>,
}

/// One of a connection's sockets.
struct BufferedSocket {
    stream: TcpStream,
    /// Bytes that are still to be written here.
    pending: Vec<u8>,
    /// Whether the end of the stream has not been read here.
    reads: bool,
    /// Whether the writing side has been shut down, since the other socket's stream has ended.
    shut: bool,
    /// What epoll watches for; `None`: it is not watched any more.
    watched: Option<EventFlags>,
}

impl<'a> Listeners<'a> {
    pub fn new(max: usize) -> Listeners<'a> {
        Listeners {
            listeners: Vec::new(),
            connections: HashMap::new(),
            next: 0,
            max,
            full: false,
        }
    }

    /// Serves a port: connections to `listener` lead to `port` in the container.
    pub fn add(&mut self, shared: &Shared, listener: &'a TcpListener, port: u16) -> io::Result<()> {
        listener.set_nonblocking(true)?;
        rustix::net::listen(listener, BACKLOG)?;
        shared.watch(listener, Token::Listener(self.listeners.len() as u32), EventFlags::IN)?;
        self.listeners.push((listener, port));
        Ok(())
    }

    /// Accepts a connection, and begins to connect to the container.
    pub fn accept(&mut self, shared: &Shared, index: u32) {
        let (listener, port) = self.listeners[index as usize];
        let Ok((outer, _)) = listener.accept() else { return };
        if let Ok(connection) = Connection::begin(shared, self.next, outer, port) {
            self.connections.insert(self.next, connection);
            self.next = self.next.wrapping_add(1);
        }
        if self.connections.len() >= self.max && !self.full {
            self.full = true;
            self.watch_listeners(shared, EventFlags::empty());
        }
    }

    /// Watches all listeners for these events.
    fn watch_listeners(&self, shared: &Shared, events: EventFlags) {
        for (index, (listener, _)) in self.listeners.iter().enumerate() {
            // This cannot fail for a listener that has been added.
            let _ = epoll::modify(&shared.epoll, listener, Token::Listener(index as u32).data(), events);
        }
    }

    /// Handles an event of a connection.
    pub fn handle(&mut self, shared: &mut Shared, index: u32, side: Side, events: EventFlags) {
        let Some(connection) = self.connections.get_mut(&index) else {
            return;
        };
        if connection.handle(shared, index, side, events).unwrap_or(false) {
            return;
        }
        self.connections.remove(&index);
        if self.full {
            self.full = false;
            self.watch_listeners(shared, EventFlags::IN);
        }
    }
}

impl Connection {
    fn begin(shared: &Shared, index: u32, outer: TcpStream, port: u16) -> io::Result<Connection> {
        outer.set_nonblocking(true)?;
        let mut left = addresses()?;
        let inner = open(&mut left, port)?;
        let (mut outer, mut inner) = (BufferedSocket::new(outer), BufferedSocket::new(inner));
        // A socket becomes writable when it is connected (connect(2), EINPROGRESS).
        outer.watch_first(shared, Token::Connection(index, Side::Outer), EventFlags::empty())?;
        inner.watch_first(shared, Token::Connection(index, Side::Inner), EventFlags::OUT)?;
        Ok(Connection {
            outer,
            inner,
            connecting: Some((port, left)),
        })
    }

    /// Returns whether the connection goes on. An error of one socket ends both.
    fn handle(&mut self, shared: &mut Shared, index: u32, side: Side, events: EventFlags) -> io::Result<bool> {
        if self.connecting.is_some() && !self.connected(shared, index, side, events)? {
            return Ok(true);
        }
        let end = match side {
            Side::Outer => &mut self.outer,
            Side::Inner => &mut self.inner,
        };
        if events.contains(EventFlags::ERR) {
            return Ok(false);
        }
        if events.contains(EventFlags::HUP) {
            // epoll(7) reports a hangup without end, while what is left to be read may have to wait for the other
            // socket.
            end.unwatch(shared);
        }
        copy(&mut self.outer, &mut self.inner, &mut shared.buffer)?;
        copy(&mut self.inner, &mut self.outer, &mut shared.buffer)?;
        if self.outer.is_done() && self.inner.is_done() {
            return Ok(false);
        }
        let outer = self.outer.wants(&self.inner);
        let inner = self.inner.wants(&self.outer);
        self.outer.watch(shared, Token::Connection(index, Side::Outer), outer)?;
        self.inner.watch(shared, Token::Connection(index, Side::Inner), inner)?;
        Ok(true)
    }

    /// Returns whether the inner socket is connected. If it was refused, the next address is tried; if none is left,
    /// that is an error.
    fn connected(&mut self, shared: &Shared, index: u32, side: Side, events: EventFlags) -> io::Result<bool> {
        let Some((port, left)) = &mut self.connecting else {
            return Ok(true);
        };
        if side == Side::Outer {
            // The client may have gone before it was served.
            return match events.intersects(EventFlags::ERR | EventFlags::HUP) {
                true => Err(ErrorKind::ConnectionReset.into()),
                false => Ok(false),
            };
        }
        if sockopt::socket_error(&self.inner.stream)?.is_ok() {
            self.connecting = None;
            return Ok(true);
        }
        self.inner.unwatch(shared);
        self.inner = match open(left, *port) {
            Ok(stream) => BufferedSocket::new(stream),
            Err(error) => {
                // With a reset, as if nobody listened on the host either.
                let _ = sockopt::set_socket_linger(&self.outer.stream, Some(std::time::Duration::ZERO));
                return Err(error);
            }
        };
        let token = Token::Connection(index, Side::Inner);
        self.inner.watch_first(shared, token, EventFlags::OUT)?;
        Ok(false)
    }
}

/// Begins to connect to the first of the addresses `left` that does not refuse at once.
fn open(left: &mut Vec<IpAddr>, port: u16) -> io::Result<TcpStream> {
    let mut last = ErrorKind::ConnectionRefused.into();
    while !left.is_empty() {
        let address = SocketAddr::new(left.remove(0), port);
        let family = match address {
            SocketAddr::V4(_) => AddressFamily::INET,
            SocketAddr::V6(_) => AddressFamily::INET6,
        };
        let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
        let socket = socket_with(family, SocketType::STREAM, flags, None)?;
        match connect(&socket, &address) {
            Ok(()) | Err(rustix::io::Errno::INPROGRESS) => return Ok(socket.into()),
            Err(error) => last = error.into(),
        }
    }
    Err(last)
}

impl BufferedSocket {
    fn new(stream: TcpStream) -> BufferedSocket {
        // The sender has decided about Nagle's algorithm; the relay must not delay small writes once more.
        let _ = stream.set_nodelay(true);
        BufferedSocket {
            stream,
            pending: Vec::new(),
            reads: true,
            shut: false,
            watched: None,
        }
    }

    fn watch_first(&mut self, shared: &Shared, token: Token, events: EventFlags) -> io::Result<()> {
        self.watched = Some(events);
        shared.watch(&self.stream, token, events)
    }

    fn watch(&mut self, shared: &Shared, token: Token, events: EventFlags) -> io::Result<()> {
        if self.watched.is_some_and(|watched| watched != events) {
            self.watched = Some(events);
            epoll::modify(&shared.epoll, &self.stream, token.data(), events)?;
        }
        Ok(())
    }

    fn unwatch(&mut self, shared: &Shared) {
        if self.watched.take().is_some() {
            let _ = epoll::delete(&shared.epoll, &self.stream);
        }
    }

    /// The events to wait for: input, if the other socket can take it, and room for what is pending.
    fn wants(&self, other: &BufferedSocket) -> EventFlags {
        let mut events = EventFlags::empty();
        events.set(EventFlags::IN, self.reads && other.pending.is_empty());
        events.set(EventFlags::OUT, !self.pending.is_empty());
        events
    }

    /// Whether both directions have ended here.
    fn is_done(&self) -> bool {
        !self.reads && self.shut
    }

    /// Writes what is pending, or else `more`, as far as it is taken; keeps the rest.
    fn write(&mut self, more: &[u8]) -> io::Result<()> {
        if self.pending.is_empty() {
            let taken = write_some(&self.stream, more)?;
            self.pending.extend_from_slice(&more[taken..]);
        } else {
            let taken = write_some(&self.stream, &self.pending)?;
            self.pending.drain(..taken);
            if self.pending.is_empty() {
                // Gives the memory back: most connections rarely have anything pending.
                self.pending = Vec::new();
            }
        }
        Ok(())
    }
}

/// Writes until no more is taken. Returns how much was.
fn write_some(mut stream: &TcpStream, bytes: &[u8]) -> io::Result<usize> {
    let mut taken = 0;
    while taken < bytes.len() {
        match stream.write(&bytes[taken..]) {
            Ok(count) => taken += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => break,
            Err(error) => return Err(error),
        }
    }
    Ok(taken)
}

/// Copies bytes, and the end of the stream, from one socket to the other as far as both allow.
fn copy(from: &mut BufferedSocket, to: &mut BufferedSocket, buffer: &mut [u8]) -> io::Result<()> {
    if !to.pending.is_empty() {
        to.write(&[])?;
    }
    // A socket that is not watched any more gets no further event of its own, so it is read to its end: that is no more
    // than the kernel has buffered.
    let reads = if from.watched.is_some() {
        READS_PER_EVENT
    } else {
        usize::MAX
    };
    for _ in 0..reads {
        if !from.reads || !to.pending.is_empty() {
            break;
        }
        match (&from.stream).read(buffer) {
            Ok(0) => from.reads = false,
            Ok(count) => to.write(&buffer[..count])?,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => break,
            Err(error) => return Err(error),
        }
    }
    if !from.reads && to.pending.is_empty() && !to.shut {
        to.shut = true;
        to.stream.shutdown(Shutdown::Write)?;
    }
    Ok(())
}
