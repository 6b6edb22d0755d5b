//! What a program in a container may tell the service manager (sd_notify(3)), by way of its supervisor.
//!
//! To the manager's own socket a container could say which process of the host's is the service's main one, have descriptors kept, or set
//! its own watchdog. So it gets a socket of its supervisor's, as conmon gives it, and only what is about its own state is passed on. Descriptors
//! that come along are closed by the kernel, since nobody asks for them (unix(7), SCM_RIGHTS); a program that waits for that (BARRIER=1)
//! goes on when its earlier messages were passed on.

use crate::runtime::attach::protocol::Address;
use crate::sys::systemd::notify::Manager;
use anyhow::{Context, Result};
use std::fs::Permissions;
use std::io::ErrorKind;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::time::{Duration, Instant};

/// As systemd, which reads no more of a message (NOTIFY_BUFFER_MAX).
const LIMIT: usize = 4096;

/// So many messages are taken before others get their turn.
const TURN: usize = 16;

/// After a while the manager's queue has room again.
const PAUSE: Duration = Duration::from_millis(50);

/// See the module.
#[derive(Debug)]
pub struct NotifyProxy {
    socket: UnixDatagram,
    manager: Manager,
    /// What the manager has not taken yet, and when it is asked again. Meanwhile the container waits.
    late: Option<(String, Instant)>,
}

impl NotifyProxy {
    /// Listens at `path`, whose directory is closed to others: the socket is open to every user of the container, which finds it by a mount.
    pub fn listen(path: &Path, manager: Manager) -> Result<NotifyProxy> {
        let listen = || {
            // One that is there is of an earlier run, which was killed.
            let _ = std::fs::remove_file(path);
            let address = Address::of(path)?;
            let socket = UnixDatagram::bind(&address.short)?;
            socket.set_nonblocking(true)?;
            std::fs::set_permissions(path, Permissions::from_mode(0o666))?;
            std::io::Result::Ok(socket)
        };
        Ok(NotifyProxy {
            socket: listen().with_context(|| format!("listening at {}", path.display()))?,
            manager,
            late: None,
        })
    }

    /// What can be read when there is something to do.
    pub fn waits_for(&self) -> Option<BorrowedFd<'_>> {
        self.late.is_none().then(|| self.socket.as_fd())
    }

    pub fn deadline(&self) -> Option<Instant> {
        self.late.as_ref().map(|(_, at)| *at)
    }

    /// Passes on what there is, without blocking.
    pub fn attend(&mut self) {
        for _ in 0..TURN {
            let late = self.late.take().map(|(message, _)| message);
            let Some(message) = late.or_else(|| self.receive()) else {
                return;
            };
            if message.is_empty() {
                continue;
            }
            // A manager that is gone finds out by itself; the container runs.
            let told = self.manager.try_tell(message.as_bytes());
            if told.is_err_and(|error| error.kind() == ErrorKind::WouldBlock) {
                self.late = Some((message, Instant::now() + PAUSE));
                return;
            }
        }
    }

    /// The allowed part of the next message; none where there is no message.
    fn receive(&self) -> Option<String> {
        let mut message = [0; LIMIT + 1];
        let length = self.socket.recv(&mut message).ok()?;
        Some(match length {
            ..=LIMIT => allowed(&message[..length]),
            _ => String::new(),
        })
    }
}

/// The lines of a message that may be passed on.
fn allowed(message: &[u8]) -> String {
    let lines = message.split(|byte| *byte == b'\n').map(std::str::from_utf8);
    let lines: Vec<&str> = lines.flatten().filter(|line| is_allowed(line)).collect();
    lines.join("\n")
}

fn is_allowed(line: &str) -> bool {
    let Some((key, value)) = line.split_once('=') else {
        return false;
    };
    match key {
        "READY" | "RELOADING" | "STOPPING" | "WATCHDOG" => value == "1",
        "EXTEND_TIMEOUT_USEC" | "MONOTONIC_USEC" | "ERRNO" => value.parse::<u64>().is_ok(),
        // It is shown on terminals.
        "STATUS" => !value.chars().any(char::is_control),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn what_is_not_of_the_containers_own_state_is_left_out() {
        let whole = b"READY=1\nSTATUS=up = \xc3\xa4\nRELOADING=1\nMONOTONIC_USEC=12\nSTOPPING=1\nWATCHDOG=1\nEXTEND_TIMEOUT_USEC=5\nERRNO=2";
        assert_eq!(allowed(whole).as_bytes(), whole);
        for line in [
            "MAINPID=1",
            "MAINPIDFDID=1",
            "MAINPIDFD=1",
            "FDSTORE=1",
            "FDSTOREREMOVE=1",
            "FDNAME=x",
            "NOTIFYACCESS=all",
            "WATCHDOG_USEC=1",
            "BARRIER=1",
            "BUSERROR=x",
            "EXIT_STATUS=0",
            "X_OWN=1",
            "READY=2",
            "READY",
            " READY=1",
            "READY=1\r",
            "ERRNO=",
            "ERRNO=-1",
            "STATUS=\x1b[31m",
            "",
        ] {
            assert_eq!(allowed(line.as_bytes()), "", "{line:?}");
            assert_eq!(allowed(format!("{line}\nREADY=1\n{line}").as_bytes()), "READY=1");
        }
        assert_eq!(allowed(b"STATUS=\xff\nREADY=1"), "READY=1");
    }

    /// A proxy between a socket for the container and one that stands for the manager's.
    fn proxy(dir: &Path) -> (NotifyProxy, UnixDatagram, UnixDatagram) {
        let socket = UnixDatagram::bind(dir.join("manager")).unwrap();
        socket.set_nonblocking(true).unwrap();
        let manager = Manager::at(dir.join("manager").as_os_str()).unwrap();
        let proxy = NotifyProxy::listen(&dir.join("proxy"), manager).unwrap();
        let container = UnixDatagram::unbound().unwrap();
        container.connect(dir.join("proxy")).unwrap();
        container.set_nonblocking(true).unwrap();
        (proxy, container, socket)
    }

    fn hear(socket: &UnixDatagram) -> Option<String> {
        let mut bytes = [0; 8192];
        let length = socket.recv(&mut bytes).ok()?;
        Some(String::from_utf8(bytes[..length].to_vec()).unwrap())
    }

    #[test]
    fn a_message_that_is_too_long_is_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let (mut proxy, container, manager) = proxy(dir.path());
        let longest = format!("STATUS={}", "x".repeat(LIMIT - 7));
        container.send(format!("{longest}x").as_bytes()).unwrap();
        container.send(longest.as_bytes()).unwrap();
        proxy.attend();
        assert_eq!(hear(&manager), Some(longest));
        assert_eq!(hear(&manager), None);
    }

    #[test]
    fn nothing_is_lost_on_a_manager_that_is_behind_and_the_container_waits() {
        let dir = tempfile::tempdir().unwrap();
        let (mut proxy, container, manager) = proxy(dir.path());
        let mut sent = 0;
        let mut send = || {
            let sends = container.send(format!("STATUS={sent}").as_bytes()).is_ok();
            sent += usize::from(sends);
            sends
        };
        // Until both queues are full.
        while proxy.late.is_none() {
            assert!(send());
            proxy.attend();
        }
        while send() {}
        assert!(proxy.waits_for().is_none() && proxy.deadline().is_some());
        let mut heard = Vec::new();
        while heard.len() < sent {
            heard.extend(std::iter::from_fn(|| hear(&manager)));
            proxy.attend();
        }
        let expected: Vec<_> = (0..sent).map(|number| format!("STATUS={number}")).collect();
        assert_eq!(heard, expected);
        assert!(proxy.waits_for().is_some() && proxy.deadline().is_none());
    }

    #[test]
    fn a_manager_that_is_gone_does_not_matter() {
        let dir = tempfile::tempdir().unwrap();
        let (mut proxy, container, manager) = proxy(dir.path());
        drop(manager);
        container.send(b"READY=1").unwrap();
        proxy.attend();
        assert!(proxy.waits_for().is_some());
    }

    #[test]
    fn a_descriptor_that_comes_along_is_closed() {
        let dir = tempfile::tempdir().unwrap();
        let (mut proxy, container, _manager) = proxy(dir.path());
        let (mut barrier, write) = std::io::pipe().unwrap();
        // With a byte of its own, which is no message.
        crate::sys::files::fd_passing::send(&container, &write).unwrap();
        drop(write);
        proxy.attend();
        // Its end, since nobody has the other side.
        assert_eq!(barrier.read(&mut [0]).unwrap(), 0);
    }
}
