//! Telling the service manager that started us how the container is (sd_notify(3)), so that a unit can be `Type=notify`.

use super::supervision::Notify;
use crate::runtime::{Mount, MountKind};
use crate::sys::notify::{Manager, VARIABLE};
use std::path::PathBuf;

/// Where a container finds the service manager's socket.
const SOCKET: &str = "/run/notify.sock";

/// The service manager's socket for a program in the container, and the variable that names it there. One in the abstract namespace is the
/// network's, and cannot be mounted.
pub(super) fn passed(notify: Notify) -> Option<(Mount, String)> {
    let source = PathBuf::from(std::env::var_os(VARIABLE)?);
    let is_there = notify == Notify::Container && source.is_absolute() && source.exists();
    is_there.then(|| {
        let mount = Mount {
            kind: MountKind::Bind {
                source,
                recursive: false,
                propagation: None,
                map_ids: false,
            },
            destination: SOCKET.into(),
            read_only: false,
            options: Vec::new(),
        };
        (mount, format!("{VARIABLE}={SOCKET}"))
    })
}

/// The container's command runs. This process is what the service manager has to watch.
pub(super) fn started(notify: Notify) {
    let state = match notify {
        Notify::Conmon => format!("MAINPID={}\nREADY=1", std::process::id()),
        Notify::Container => format!("MAINPID={}", std::process::id()),
        Notify::Ignore => return,
    };
    if let Some(manager) = Manager::of_environment() {
        // One that has gone, or does not listen, finds out by itself; the container runs.
        let _ = manager.tell(state.as_bytes());
    }
}
