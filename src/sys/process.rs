//! Processes by pid and start time: a stored pid alone proves nothing, because pids are used again.

use serde::{Deserialize, Serialize};

/// A process that cannot be mistaken for a later one with the same pid on the same boot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Process {
    pub pid: i32,
    /// Clock ticks after boot (proc(5), /proc/pid/stat, field 22).
    pub start_time: u64,
    /// The kernel's boot_id, so that a record that outlives a reboot names nobody.
    pub boot_id: String,
}

impl Process {
    /// The process that has `pid` now, if there is one (a zombie counts).
    pub fn find(pid: i32) -> Option<Process> {
        let _ = pid;
        todo!()
    }

    /// Whether it still runs (a zombie does not).
    pub fn is_alive(&self) -> bool {
        todo!()
    }

    /// Sends `signal` through a pidfd that is checked to be this very process; `Ok(false)` where it is gone.
    pub fn signal(&self, signal: i32) -> std::io::Result<bool> {
        let _ = signal;
        todo!()
    }
}

/// The kernel's boot_id, read once.
pub fn boot_id() -> &'static str {
    todo!()
}
