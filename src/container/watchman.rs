//! What a supervisor does for a container beside relaying its streams and signals.

use super::{Config, Supervision};
use crate::runtime::Attendant;
use std::os::fd::BorrowedFd;
use std::time::{Duration, Instant};

/// On duty for one run of a container.
pub(super) struct Watchman {
    /// When it is killed.
    kill_at: Option<Instant>,
    stop_signal: Option<i32>,
    /// Whether it was told to end by a signal that came through the supervisor.
    pub stopped: bool,
}

impl Watchman {
    /// The container has just started.
    pub fn new(config: &Config) -> Watchman {
        let Supervision { timeout, .. } = &config.host.supervision;
        Watchman {
            kill_at: timeout.and_then(|seconds| Instant::now().checked_add(Duration::from_secs(seconds))),
            stop_signal: config.stop_signal.as_ref().and(config.stop_signal().ok()),
            stopped: false,
        }
    }
}

impl Attendant for Watchman {
    fn waits_for(&self) -> Vec<BorrowedFd<'_>> {
        Vec::new()
    }

    fn deadline(&self) -> Option<Instant> {
        self.kill_at
    }

    fn attend(&mut self) -> Option<i32> {
        let is_over = self.kill_at.is_some_and(|at| at <= Instant::now());
        // Once is enough.
        is_over.then(|| self.kill_at = None).map(|()| libc::SIGKILL)
    }

    /// As Docker's `kill`: of a container that does not say how it is stopped, any signal might be meant to.
    fn passed_on(&mut self, number: i32) {
        self.stopped |= self.stop_signal.is_none_or(|stop| stop == number);
    }
}
