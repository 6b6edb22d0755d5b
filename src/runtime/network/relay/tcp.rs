//! Connections through the relay: each is two sockets, and what was read from one and not yet taken by the other.

use crate::runtime::network::relay::{Shared, Token};
use rustix::event::epoll::{self, EventFlags};
use rustix::net::{AddressFamily, SocketFlags, SocketType, connect, socket_with, sockopt};
use std::collections::HashMap;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{IpAddr, Shutdown, SocketAddr, TcpListener, TcpStream};

/// The client's socket, and the one that leads into the container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Outer,
    Inner,
}

/// Connections that wait in the kernel, where it allows so many.
const BACKLOG: i32 = 4096;
/// How often one socket is read before others have their turn.
const TURNS: usize = 16;

pub struct Listeners<'a> {
    listeners: Vec<(&'a TcpListener, u16)>,
    connections: HashMap<u32, Connection>,
    /// Never given twice, but after four thousand million connections, when the first are gone.
    next: u32,
    max: usize,
    /// There are as many connections as can be, and nobody listens.
    full: bool,
}

struct Connection {
    outer: End,
    inner: End,
    /// The port in the container, and the addresses still to be tried there while the inner socket connects.
    connecting: Option<(u16, Vec<IpAddr>)>,
}

/// One of a connection's sockets.
struct End {
    stream: TcpStream,
    /// What is to be written here, from the first byte not yet taken on.
    pending: Vec<u8>,
    /// More may be read here.
    reads: bool,
    /// The other end will read no more, and it is said here already.
    shut: bool,
    /// What epoll watches for; `None`: nothing more is to be learnt here.
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

    pub fn add(&mut self, shared: &Shared, listener: &'a TcpListener, port: u16) -> io::Result<()> {
        listener.set_nonblocking(true)?;
        rustix::net::listen(listener, BACKLOG)?;
        shared.watch(listener, Token::Listener(self.listeners.len() as u32), EventFlags::IN)?;
        self.listeners.push((listener, port));
        Ok(())
    }

    /// Takes the next connection, and begins to connect it.
    pub fn accept(&mut self, shared: &Shared, which: u32) {
        let (listener, port) = self.listeners[which as usize];
        let Ok((outer, _)) = listener.accept() else { return };
        if let Ok(connection) = Connection::begin(shared, self.next, outer, port) {
            self.connections.insert(self.next, connection);
            self.next = self.next.wrapping_add(1);
        }
        if self.connections.len() >= self.max && !self.full {
            self.full = true;
            self.listen(shared, EventFlags::empty());
        }
    }

    fn listen(&self, shared: &Shared, events: EventFlags) {
        for (which, (listener, _)) in self.listeners.iter().enumerate() {
            // A listener that is watched already.
            let _ = epoll::modify(&shared.epoll, listener, Token::Listener(which as u32).data(), events);
        }
    }

    /// Moves on what can be moved on.
    pub fn ready(&mut self, shared: &mut Shared, which: u32, side: Side, events: EventFlags) {
        let Some(connection) = self.connections.get_mut(&which) else {
            return;
        };
        if connection.ready(shared, which, side, events).unwrap_or(false) {
            return;
        }
        self.connections.remove(&which);
        if self.full {
            self.full = false;
            self.listen(shared, EventFlags::IN);
        }
    }
}

impl Connection {
    fn begin(shared: &Shared, which: u32, outer: TcpStream, port: u16) -> io::Result<Connection> {
        outer.set_nonblocking(true)?;
        let mut left = crate::runtime::network::relay::addresses()?;
        let inner = open(&mut left, port)?;
        let (mut outer, mut inner) = (End::of(outer), End::of(inner));
        // A connection that is made tells so by being writable.
        outer.watch_first(shared, Token::Connection(which, Side::Outer), EventFlags::empty())?;
        inner.watch_first(shared, Token::Connection(which, Side::Inner), EventFlags::OUT)?;
        Ok(Connection {
            outer,
            inner,
            connecting: Some((port, left)),
        })
    }

    /// Whether there is more to come. An error of one socket ends both.
    fn ready(&mut self, shared: &mut Shared, which: u32, side: Side, events: EventFlags) -> io::Result<bool> {
        if self.connecting.is_some() && !self.connected(shared, which, side, events)? {
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
            // Told again and again, while what is left to be read may have to wait for the other end.
            end.unwatch(shared);
        }
        move_on(&mut self.outer, &mut self.inner, &mut shared.buffer)?;
        move_on(&mut self.inner, &mut self.outer, &mut shared.buffer)?;
        if self.outer.is_done() && self.inner.is_done() {
            return Ok(false);
        }
        let outer = self.outer.wants(&self.inner);
        let inner = self.inner.wants(&self.outer);
        self.outer.watch(shared, Token::Connection(which, Side::Outer), outer)?;
        self.inner.watch(shared, Token::Connection(which, Side::Inner), inner)?;
        Ok(true)
    }

    /// Whether the inner socket is connected; where it was refused, the next address is tried. An error where none is left.
    fn connected(&mut self, shared: &Shared, which: u32, side: Side, events: EventFlags) -> io::Result<bool> {
        let Some((port, left)) = &mut self.connecting else {
            return Ok(true);
        };
        if side == Side::Outer {
            // The client has gone before it was served.
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
            Ok(stream) => End::of(stream),
            Err(error) => {
                // As if nobody listened here either.
                let _ = sockopt::set_socket_linger(&self.outer.stream, Some(std::time::Duration::ZERO));
                return Err(error);
            }
        };
        let token = Token::Connection(which, Side::Inner);
        self.inner.watch_first(shared, token, EventFlags::OUT)?;
        Ok(false)
    }
}

/// Begins to connect to the first of `left` that takes it.
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

impl End {
    fn of(stream: TcpStream) -> End {
        // What a program sends in small pieces it means to.
        let _ = stream.set_nodelay(true);
        End {
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

    /// What to wait for here: what can be passed on, and to be rid of what is pending.
    fn wants(&self, other: &End) -> EventFlags {
        let mut events = EventFlags::empty();
        events.set(EventFlags::IN, self.reads && other.pending.is_empty());
        events.set(EventFlags::OUT, !self.pending.is_empty());
        events
    }

    /// All that came here was passed on, and its end too.
    fn is_done(&self) -> bool {
        !self.reads && self.shut
    }

    /// Writes what is pending, then `more`, as far as it is taken; keeps the rest.
    fn write(&mut self, more: &[u8]) -> io::Result<()> {
        if self.pending.is_empty() {
            let taken = take(&self.stream, more)?;
            self.pending.extend_from_slice(&more[taken..]);
        } else {
            let taken = take(&self.stream, &self.pending)?;
            self.pending.drain(..taken);
            if self.pending.is_empty() {
                // Most connections never have any.
                self.pending = Vec::new();
            }
        }
        Ok(())
    }
}

/// Writes until no more is taken; how much was.
fn take(mut stream: &TcpStream, bytes: &[u8]) -> io::Result<usize> {
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

/// Moves bytes from one end to the other, and the end of them, as far as both allow.
fn move_on(from: &mut End, to: &mut End, buffer: &mut [u8]) -> io::Result<()> {
    if !to.pending.is_empty() {
        to.write(&[])?;
    }
    // One that is watched no more will not come here for itself again; what is left there is no more than the kernel holds.
    let turns = if from.watched.is_some() { TURNS } else { usize::MAX };
    for _ in 0..turns {
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
