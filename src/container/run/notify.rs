//! Telling the service manager that started us how the container is (sd_notify(3)), so that a unit can be `Type=notify`.

use crate::container::config::supervision::Notify;
use crate::runtime::model::mount::{Mount, MountKind};
use crate::runtime::notify_proxy::NotifyProxy;
use crate::sys::systemd::notify::{Manager, VARIABLE};
use anyhow::Result;
use std::path::Path;

/// Where a container finds the socket.
const SOCKET: &str = "/run/notify.sock";

/// What a container has that may tell the service manager something itself.
pub struct Passed {
    pub proxy: NotifyProxy,
    pub mount: Mount,
    /// Names the socket in the container.
    pub variable: String,
}

/// None where nobody wants to hear, or not from the container.
pub fn passed(notify: Notify, run_dir: &Path) -> Result<Option<Passed>> {
    let Some(manager) = Manager::of_environment().filter(|_| notify == Notify::Container) else {
        return Ok(None);
    };
    let source = run_dir.join("notify");
    Ok(Some(Passed {
        proxy: NotifyProxy::listen(&source, manager)?,
        mount: Mount {
            kind: MountKind::Bind {
                source,
                recursive: false,
                propagation: None,
                map_ids: false,
            },
            destination: SOCKET.into(),
            read_only: false,
            options: Vec::new(),
        },
        variable: format!("{VARIABLE}={SOCKET}"),
    }))
}

/// The container's command runs. This process is what the service manager has to watch.
pub fn started(notify: Notify) {
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
