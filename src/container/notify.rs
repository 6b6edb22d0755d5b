//! Telling the service manager that started us how the container is (sd_notify(3)), so that a unit can be `Type=notify`.

use super::supervision::Notify;
use crate::sys::notify::Manager;

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
