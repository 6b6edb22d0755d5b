//! What passes between a container's supervisor and whoever is attached to it: a unix socket that keeps messages apart
//! (SOCK_SEQPACKET), each of one byte that says its kind, and what belongs to it.
//!
//! ```text
//! to the supervisor    i BYTES   input; the next one only after `t`, so that nothing else ever waits behind it
//!                      e         the end of the input
//!                      w COLS ROWS  the size of the terminal, two u16
//!                      s N       a signal for the container, i32
//! from the supervisor  t         the container has taken the input
//!                      o BYTES   standard output, or all that a terminal shows
//!                      r BYTES   standard error
//!                      x CODE    it ended, i32; the last message
//! ```
//!
//! The socket lies in the container's run directory, for its owner alone. Numbers are in the byte order of the machine that both are on.

use crate::runtime::attach::streams::Stream;
use anyhow::{Context, Result};
use rustix::fs::{CWD, Mode, OFlags, openat};
use rustix::io::Errno;
use rustix::net::{
    AddressFamily, RecvFlags, SendAncillaryBuffer, SendFlags, SocketAddrUnix, SocketFlags, SocketType, accept_with,
    bind, connect, listen, recv, sendmsg, socket_with, socketpair,
};
use std::io::{self, IoSlice};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};

/// Bytes of input or output in one message, at most.
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
    /// The kind, and what belongs to it; what is not a piece of `self` is written into `space`.
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

    /// `None` where it is none that is known.
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

/// One end of a connection; nothing done with it blocks.
#[derive(Debug)]
pub struct Channel(OwnedFd);

/// Why nothing was sent or received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unable {
    /// Not now.
    Wait,
    /// The other side is gone, or does not know what to say.
    Gone,
}

impl From<Errno> for Unable {
    fn from(error: Errno) -> Unable {
        match error {
            Errno::AGAIN | Errno::INTR => Unable::Wait,
            _ => Unable::Gone,
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
        let address = match Address::of(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            address => address.with_context(describe)?,
        };
        let address = SocketAddrUnix::new(&address.short).with_context(describe)?;
        // Connecting may wait: the supervisor has other things to do than to accept.
        let socket = socket_with(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None)
            .with_context(describe)?;
        match connect(&socket, &address) {
            Err(Errno::NOENT | Errno::CONNREFUSED) => return Ok(None),
            result => result.with_context(describe)?,
        }
        rustix::io::ioctl_fionbio(&socket, true).with_context(describe)?;
        Ok(Some(Channel(socket)))
    }

    pub fn send(&self, message: Message) -> Result<(), Unable> {
        let mut space = [0; 4];
        let (kind, bytes) = message.parts(&mut space);
        let kind = [kind];
        let parts = [IoSlice::new(&kind), IoSlice::new(bytes)];
        // All of a message is sent, or nothing.
        sendmsg(
            &self.0,
            &parts,
            &mut SendAncillaryBuffer::default(),
            SendFlags::NOSIGNAL,
        )?;
        Ok(())
    }

    /// The next message, in `space`.
    pub fn receive<'a>(&self, space: &'a mut [u8; MESSAGE]) -> Result<Message<'a>, Unable> {
        let length = match recv(&self.0, &mut space[..], RecvFlags::empty()) {
            // It closed its end without having read all that we sent: what it sent before comes after this error.
            Err(Errno::CONNRESET) => recv(&self.0, &mut space[..], RecvFlags::empty())?.1,
            result => result?.1,
        };
        Message::parse(&space[..length]).ok_or(Unable::Gone)
    }
}

impl AsFd for Channel {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// Where a supervisor is connected to. Its file goes with the run directory.
#[derive(Debug)]
pub struct Listener(OwnedFd);

impl Listener {
    /// Listens at `path`, in place of a listener that was killed.
    pub fn bind(path: &Path) -> Result<Listener> {
        let describe = || format!("listening at {}", path.display());
        let address = Address::of(path).with_context(describe)?;
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        let socket = socket_with(AddressFamily::UNIX, SocketType::SEQPACKET, flags, None).with_context(describe)?;
        let _ = std::fs::remove_file(path);
        // Nobody else gets at it: the directory is ours alone, and the mode of a socket is that of its descriptor.
        rustix::fs::fchmod(&socket, Mode::RUSR | Mode::WUSR).with_context(describe)?;
        bind(&socket, &SocketAddrUnix::new(&address.short).with_context(describe)?).with_context(describe)?;
        listen(&socket, 16).with_context(describe)?;
        Ok(Listener(socket))
    }

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

/// A path that is short enough for a socket's address, which has 108 bytes: through the descriptor of its directory.
pub struct Address {
    _directory: OwnedFd,
    /// Leads there while this value lives.
    pub short: PathBuf,
}

impl Address {
    pub fn of(path: &Path) -> io::Result<Address> {
        let (Some(directory), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let directory = openat(CWD, directory, flags, Mode::empty())?;
        let short = PathBuf::from(format!("/proc/self/fd/{}", directory.as_raw_fd())).join(name);
        Ok(Address {
            _directory: directory,
            short,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_come_as_they_were_sent_and_apart() {
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
        assert_eq!(other.receive(&mut space), Err(Unable::Wait));
        drop(one);
        assert_eq!(other.receive(&mut space), Err(Unable::Gone));
        assert_eq!(other.send(Message::Taken), Err(Unable::Gone));
    }

    #[test]
    fn what_is_no_message_ends_the_connection() {
        for bytes in [&b"q"[..], b"s12", b"w12345", b""] {
            assert_eq!(Message::parse(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn a_listener_is_found_at_a_path_longer_than_an_address() {
        let dir = tempfile::tempdir().unwrap();
        let deep = dir.path().join("x".repeat(200));
        std::fs::create_dir(&deep).unwrap();
        let path = deep.join("attach");
        assert!(Channel::connect(&path).unwrap().is_none());
        assert!(Channel::connect(&deep.join("no/attach")).unwrap().is_none());
        // One that was killed leaves its file.
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
