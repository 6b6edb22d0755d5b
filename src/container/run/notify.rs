//! sd_notify(3): telling the service manager that started lamel when the container is ready, so that a unit can be
//! `Type=notify`.

use crate::container::config::supervision::Notify;
use crate::runtime::model::mount::{Mount, MountKind};
use crate::runtime::notify_proxy::NotifyProxy;
use crate::sys::systemd::notify::{Manager, VARIABLE};
use anyhow::Result;
use std::path::Path;

/// The path of the socket in the container.
const SOCKET: &str = "/run/notify.sock";

/// The socket through which a container notifies the service manager itself.
pub struct NotifySocket {
    pub proxy: NotifyProxy,
    pub mount: Mount,
    /// The environment variable that names the socket.
    pub variable: String,
}

/// Makes the socket in `run_dir`; `None` where there is no service manager, or the container is not to notify it.
pub fn socket(notify: Notify, run_dir: &Path) -> Result<Option<NotifySocket>> {
    let Some(manager) = Manager::of_environment().filter(|_| notify == Notify::Container) else {
        return Ok(None);
    };
    let source = run_dir.join("notify");
    Ok(Some(NotifySocket {
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

/// Tells the service manager that the container's command runs, and that this process is the one to watch.
pub fn started(notify: Notify) {
    let state = match notify {
        Notify::Conmon => format!("MAINPID={}\nREADY=1", std::process::id()),
        Notify::Container => format!("MAINPID={}", std::process::id()),
        Notify::Ignore => return,
    };
    if let Some(manager) = Manager::of_environment() {
        // A failure is not an error: the container runs, and the service manager notices by itself that no message
        // came.
        let _ = manager.tell(state.as_bytes());
    }
}
