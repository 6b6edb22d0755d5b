//! A proxy for sd_notify(3): passes on what a program in a container may tell the service manager.
//!
//! Through the manager's own socket a container could name any process of the host as the service's main process, have
//! descriptors stored, or change its watchdog. So the container gets a socket of its supervisor, as conmon does it, and
//! only messages about the container's own state are passed on. The kernel closes descriptors that come with a message,
//! since they are not asked for (unix(7), SCM_RIGHTS); a program that waits for that (`BARRIER=1`) goes on when its
//! earlier messages have been passed on.

use crate::sys::files::socket_path::ShortSocketPath;
use crate::sys::systemd::notify::Manager;
use anyhow::{Context, Result};
use std::fs::Permissions;
use std::io::ErrorKind;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::time::{Duration, Instant};

/// The most bytes of a message that systemd reads (NOTIFY_BUFFER_MAX).
const MESSAGE_LIMIT: usize = 4096;

/// The most messages that are passed on before the event loop serves others.
const MESSAGES_PER_CALL: usize = 16;

/// How long to wait when the manager's queue is full.
const RETRY_AFTER: Duration = Duration::from_millis(50);

/// See the module.
#[derive(Debug)]
pub struct NotifyProxy {
    socket: UnixDatagram,
    manager: Manager,
    /// A message that the manager has not taken yet, and when to try again. Until then the container's messages wait in
    /// its socket.
    blocked: Option<(String, Instant)>,
}

impl NotifyProxy {
    /// Listens at `path`. Every user of the container may write to the socket, which is mounted there; so the directory
    /// of `path` must be closed to others.
    pub fn listen(path: &Path, manager: Manager) -> Result<NotifyProxy> {
        let listen = || {
            // A killed run may have left its socket.
            let _ = std::fs::remove_file(path);
            let address = ShortSocketPath::new(path)?;
            let socket = UnixDatagram::bind(address.path())?;
            socket.set_nonblocking(true)?;
            std::fs::set_permissions(path, Permissions::from_mode(0o666))?;
            std::io::Result::Ok(socket)
        };
        Ok(NotifyProxy {
            socket: listen().with_context(|| format!("listening at {}", path.display()))?,
            manager,
            blocked: None,
        })
    }

    /// The descriptor to wait for, if any.
    pub fn readable_fd(&self) -> Option<BorrowedFd<'_>> {
        self.blocked.is_none().then(|| self.socket.as_fd())
    }

    /// When to call [`NotifyProxy::forward`] even if nothing can be read.
    pub fn deadline(&self) -> Option<Instant> {
        self.blocked.as_ref().map(|(_, at)| *at)
    }

    /// Passes messages on, without blocking.
    pub fn forward(&mut self) {
        for _ in 0..MESSAGES_PER_CALL {
            let blocked = self.blocked.take().map(|(message, _)| message);
            let Some(message) = blocked.or_else(|| self.receive()) else {
                return;
            };
            if message.is_empty() {
                continue;
            }
            // Other errors are ignored: without a manager the container runs on.
            let told = self.manager.try_tell(message.as_bytes());
            if told.is_err_and(|error| error.kind() == ErrorKind::WouldBlock) {
                self.blocked = Some((message, Instant::now() + RETRY_AFTER));
                return;
            }
        }
    }

    /// The allowed lines of the next message, which may be none of them; `None` if there is no message.
    fn receive(&self) -> Option<String> {
        let mut message = [0; MESSAGE_LIMIT + 1];
        let length = self.socket.recv(&mut message).ok()?;
        Some(match length {
            ..=MESSAGE_LIMIT => allowed(&message[..length]),
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
        // The text is shown on terminals.
        "STATUS" => !value.chars().any(char::is_control),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn only_lines_about_the_containers_own_state_are_passed_on() {
        let whole = b"READY=1\nSTATUS=up = \xc3\xa4\nRELOADING=1\nMONOTONIC_USEC=12\nSTOPPING=1\nWATCHDOG=1\n\
            EXTEND_TIMEOUT_USEC=5\nERRNO=2";
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

    /// A proxy, the container's socket, and the manager's.
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

    fn receive(socket: &UnixDatagram) -> Option<String> {
        let mut bytes = [0; 8192];
        let length = socket.recv(&mut bytes).ok()?;
        Some(String::from_utf8(bytes[..length].to_vec()).unwrap())
    }

    #[test]
    fn a_message_that_is_too_long_is_dropped() {
        let dir = tempfile::tempdir().unwrap();
        let (mut proxy, container, manager) = proxy(dir.path());
        let longest = format!("STATUS={}", "x".repeat(MESSAGE_LIMIT - 7));
        container.send(format!("{longest}x").as_bytes()).unwrap();
        container.send(longest.as_bytes()).unwrap();
        proxy.forward();
        assert_eq!(receive(&manager), Some(longest));
        assert_eq!(receive(&manager), None);
    }

    #[test]
    fn while_the_managers_queue_is_full_no_message_is_lost_and_the_container_waits() {
        let dir = tempfile::tempdir().unwrap();
        let (mut proxy, container, manager) = proxy(dir.path());
        let mut sent = 0;
        let mut send = || {
            let sends = container.send(format!("STATUS={sent}").as_bytes()).is_ok();
            sent += usize::from(sends);
            sends
        };
        // Until both queues are full.
        while proxy.blocked.is_none() {
            assert!(send());
            proxy.forward();
        }
        while send() {}
        assert!(proxy.readable_fd().is_none() && proxy.deadline().is_some());
        let mut received = Vec::new();
        while received.len() < sent {
            received.extend(std::iter::from_fn(|| receive(&manager)));
            proxy.forward();
        }
        let expected: Vec<_> = (0..sent).map(|number| format!("STATUS={number}")).collect();
        assert_eq!(received, expected);
        assert!(proxy.readable_fd().is_some() && proxy.deadline().is_none());
    }

    #[test]
    fn messages_to_a_manager_that_is_gone_are_dropped() {
        let dir = tempfile::tempdir().unwrap();
        let (mut proxy, container, manager) = proxy(dir.path());
        drop(manager);
        container.send(b"READY=1").unwrap();
        proxy.forward();
        assert!(proxy.readable_fd().is_some());
    }

    #[test]
    fn a_descriptor_in_a_message_is_closed() {
        let dir = tempfile::tempdir().unwrap();
        let (mut proxy, container, _manager) = proxy(dir.path());
        let (mut barrier, write) = std::io::pipe().unwrap();
        // The message is one byte, which is no allowed line.
        crate::sys::files::fd_passing::send(&container, &write).unwrap();
        drop(write);
        proxy.forward();
        // The end of the file: nobody has the other side open.
        assert_eq!(barrier.read(&mut [0]).unwrap(), 0);
    }
}
