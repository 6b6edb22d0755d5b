//! The attach protocol, between a container's supervisor and its clients: messages on a unix socket that keeps their
//! boundaries (`SOCK_SEQPACKET`). Each is one byte that names its kind, and the value.
//!
//! ```text
//! to the supervisor    i BYTES      input; more only after `t`, so no other message ever waits behind input
//!                      e            the end of the input
//!                      w COLS ROWS  the size of the terminal, two u16
//!                      s N          a signal for the container, i32
//! from the supervisor  t            the container has taken the input
//!                      o BYTES      standard output, or all output of a terminal
//!                      r BYTES      standard error
//!                      x CODE       the exit code, i32; the last message
//! ```
//!
//! The socket is in the container's run directory, which only its owner can enter. Numbers are in the machine's byte
//! order.

use crate::runtime::attach::streams::Stream;
use crate::sys::files::socket_path::ShortSocketPath;
use anyhow::{Context, Result};
use rustix::fs::Mode;
use rustix::io::Errno;
use rustix::net::{
    AddressFamily, RecvFlags, SendAncillaryBuffer, SendFlags, SocketAddrUnix, SocketFlags, SocketType, accept_with,
    bind, connect, listen, recv, sendmsg, socket_with, socketpair,
};
use std::io::{self, IoSlice};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

/// The most bytes of input or output in one message.
pub const CHUNK: usize = 16 << 10;
/// The longest message.
pub const MESSAGE: usize = CHUNK + 1;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Message<'a> {
    Input(&'a [u8]),
    InputEnd,
    Resize { columns: u16, rows: u16 },
    Signal(i32),
    Taken,
    Output(Stream, &'a [u8]),
    Ended(i32),
}

impl<'a> Message<'a> {
    /// The kind and the value. A value that is not a slice of `self` is written into `space`.
    fn parts(self, space: &'a mut [u8; 4]) -> (u8, &'a [u8]) {
        let kind = match self {
            Message::Input(bytes) => return (b'i', bytes),
            Message::Output(Stream::Stdout, bytes) => return (b'o', bytes),
            Message::Output(Stream::Stderr, bytes) => return (b'r', bytes),
            Message::InputEnd => return (b'e', &[]),
            Message::Taken => return (b't', &[]),
            Message::Resize { columns, rows } => {
                space[..2].copy_from_slice(&columns.to_ne_bytes());
                space[2..].copy_from_slice(&rows.to_ne_bytes());
                b'w'
            }
            Message::Signal(number) => {
                *space = number.to_ne_bytes();
                b's'
            }
            Message::Ended(code) => {
                *space = code.to_ne_bytes();
                b'x'
            }
        };
        (kind, space)
    }

    /// None if the message is not of this protocol.
    fn parse(message: &'a [u8]) -> Option<Message<'a>> {
        let (kind, rest) = message.split_first()?;
        let four = || rest.try_into().ok();
        Some(match kind {
            b'i' => Message::Input(rest),
            b'o' => Message::Output(Stream::Stdout, rest),
            b'r' => Message::Output(Stream::Stderr, rest),
            b'e' => Message::InputEnd,
            b't' => Message::Taken,
            b's' => Message::Signal(i32::from_ne_bytes(four()?)),
            b'x' => Message::Ended(i32::from_ne_bytes(four()?)),
            b'w' => {
                let [a, b, c, d] = four()?;
                Message::Resize {
                    columns: u16::from_ne_bytes([a, b]),
                    rows: u16::from_ne_bytes([c, d]),
                }
            }
            _ => return None,
        })
    }
}

/// One end of a connection. No operation on it blocks.
#[derive(Debug)]
pub struct Channel(OwnedFd);

/// Why no message was sent or received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChannelError {
    /// Not possible now.
    WouldBlock,
    /// The other side has closed the connection or broken the protocol.
    Closed,
}

impl From<Errno> for ChannelError {
    fn from(error: Errno) -> ChannelError {
        match error {
            Errno::AGAIN | Errno::INTR => ChannelError::WouldBlock,
            _ => ChannelError::Closed,
        }
    }
}

impl Channel {
    /// Both ends of a new connection.
    pub fn pair() -> io::Result<(Channel, Channel)> {
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        let (one, other) = socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, flags, None)?;
        Ok((Channel(one), Channel(other)))
    }

    /// Connects to the listener at `path`; `None` where there is none.
    pub fn connect(path: &Path) -> Result<Option<Channel>> {
        let describe = || format!("connecting to {}", path.display());
        let address = match ShortSocketPath::new(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            address => address.with_context(describe)?,
        };
        let address = SocketAddrUnix::new(address.path()).with_context(describe)?;
        // Connecting blocks until the supervisor's loop accepts; after that nothing does.
        let socket = socket_with(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None)
            .with_context(describe)?;
        match connect(&socket, &address) {
            Err(Errno::NOENT | Errno::CONNREFUSED) => return Ok(None),
            result => result.with_context(describe)?,
        }
        rustix::io::ioctl_fionbio(&socket, true).with_context(describe)?;
        Ok(Some(Channel(socket)))
    }

    pub fn send(&self, message: Message) -> Result<(), ChannelError> {
        let mut space = [0; 4];
        let (kind, bytes) = message.parts(&mut space);
        let kind = [kind];
        let parts = [IoSlice::new(&kind), IoSlice::new(bytes)];
        // A message is sent as a whole or not at all.
        sendmsg(
            &self.0,
            &parts,
            &mut SendAncillaryBuffer::default(),
            SendFlags::NOSIGNAL,
        )?;
        Ok(())
    }

    /// Receives the next message into `space`.
    pub fn receive<'a>(&self, space: &'a mut [u8; MESSAGE]) -> Result<Message<'a>, ChannelError> {
        let length = match recv(&self.0, &mut space[..], RecvFlags::empty()) {
            // The other side closed without having read everything; the messages that it sent before come after this
            // error.
            Err(Errno::CONNRESET) => recv(&self.0, &mut space[..], RecvFlags::empty())?.1,
            result => result?.1,
        };
        Message::parse(&space[..length]).ok_or(ChannelError::Closed)
    }
}

impl AsFd for Channel {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// The socket where clients connect. Its file is removed with the run directory.
#[derive(Debug)]
pub struct Listener(OwnedFd);

impl Listener {
    /// Listens at `path`, where a killed process may have left its socket.
    pub fn bind(path: &Path) -> Result<Listener> {
        let describe = || format!("listening at {}", path.display());
        let address = ShortSocketPath::new(path).with_context(describe)?;
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        let socket = socket_with(AddressFamily::UNIX, SocketType::SEQPACKET, flags, None).with_context(describe)?;
        let _ = std::fs::remove_file(path);
        // bind(2) gives the socket's file the mode of the descriptor (with the umask applied).
        rustix::fs::fchmod(&socket, Mode::RUSR | Mode::WUSR).with_context(describe)?;
        bind(&socket, &SocketAddrUnix::new(address.path()).with_context(describe)?).with_context(describe)?;
        listen(&socket, 16).with_context(describe)?;
        Ok(Listener(socket))
    }

    /// The next connection, if there is one.
    pub fn accept(&self) -> Option<Channel> {
        accept_with(&self.0, SocketFlags::CLOEXEC | SocketFlags::NONBLOCK)
            .ok()
            .map(Channel)
    }
}

impl AsFd for Listener {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_arrive_unchanged_with_their_boundaries() {
        let (one, other) = Channel::pair().unwrap();
        let messages = [
            Message::Input(b"typed"),
            Message::InputEnd,
            Message::Resize { columns: 80, rows: 24 },
            Message::Signal(15),
            Message::Taken,
            Message::Output(Stream::Stdout, b"out"),
            Message::Output(Stream::Stderr, b""),
            Message::Ended(-1),
        ];
        for message in messages {
            one.send(message).unwrap();
        }
        let mut space = [0; MESSAGE];
        for message in messages {
            assert_eq!(other.receive(&mut space), Ok(message));
        }
        assert_eq!(other.receive(&mut space), Err(ChannelError::WouldBlock));
        drop(one);
        assert_eq!(other.receive(&mut space), Err(ChannelError::Closed));
        assert_eq!(other.send(Message::Taken), Err(ChannelError::Closed));
    }

    #[test]
    fn an_unknown_or_malformed_message_is_not_parsed() {
        for bytes in [&b"q"[..], b"s12", b"w12345", b""] {
            assert_eq!(Message::parse(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn a_listener_is_found_at_a_path_longer_than_a_socket_address() {
        let dir = tempfile::tempdir().unwrap();
        let deep = dir.path().join("x".repeat(200));
        std::fs::create_dir(&deep).unwrap();
        let path = deep.join("attach");
        assert!(Channel::connect(&path).unwrap().is_none());
        assert!(Channel::connect(&deep.join("no/attach")).unwrap().is_none());
        // A killed listener leaves its file.
        drop(Listener::bind(&path).unwrap());
        assert!(Channel::connect(&path).unwrap().is_none());
        let listener = Listener::bind(&path).unwrap();
        assert!(listener.accept().is_none());
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let client = Channel::connect(&path).unwrap().unwrap();
        let server = listener.accept().unwrap();
        client.send(Message::Signal(2)).unwrap();
        assert_eq!(server.receive(&mut [0; MESSAGE]), Ok(Message::Signal(2)));
    }
}
