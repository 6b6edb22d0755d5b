//! Telling the service manager how its service is (sd_notify(3)): datagrams of `KEY=VALUE` lines to the socket that it
//! names in the environment.

use std::ffi::OsStr;
use std::io;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};

/// The variable that names the socket.
pub const VARIABLE: &str = "NOTIFY_SOCKET";

/// A service manager that accepts notifications.
#[derive(Debug, Clone)]
pub struct Manager(SocketAddr);

impl Manager {
    /// The one that started this process; `None` where there is none.
    pub fn of_environment() -> Option<Manager> {
        Manager::at(&std::env::var_os(VARIABLE)?)
    }

    /// The one at a socket: an absolute path, or after `@` a name in the abstract namespace; `None` for anything else.
    pub fn at(name: &OsStr) -> Option<Manager> {
        let address = match name.as_bytes() {
            [b'@', name @ ..] => SocketAddr::from_abstract_name(name),
            [b'/', ..] => SocketAddr::from_pathname(name),
            _ => return None,
        };
        address.ok().map(Manager)
    }

    pub fn tell(&self, state: &[u8]) -> io::Result<()> {
        UnixDatagram::unbound()?.send_to_addr(state, &self.0).map(drop)
    }

    /// Likewise, without waiting for one that is behind.
    pub fn try_tell(&self, state: &[u8]) -> io::Result<()> {
        let socket = UnixDatagram::unbound()?;
        socket.set_nonblocking(true)?;
        socket.send_to_addr(state, &self.0).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_of_sockets_hear_what_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("notify");
        let name = format!("lamel-test-{}", std::process::id());
        let abstract_name = SocketAddr::from_abstract_name(&name).unwrap();
        for (socket, name) in [
            (UnixDatagram::bind(&path).unwrap(), path.into_os_string()),
            (
                UnixDatagram::bind_addr(&abstract_name).unwrap(),
                format!("@{name}").into(),
            ),
        ] {
            Manager::at(&name).unwrap().tell(b"READY=1").unwrap();
            let mut heard = [0; 64];
            let length = socket.recv(&mut heard).unwrap();
            assert_eq!(heard[..length], *b"READY=1");
        }
        assert!(Manager::at(OsStr::new("vsock:2:1")).is_none() && Manager::at(OsStr::new("")).is_none());
    }
}
