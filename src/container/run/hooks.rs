//! What a supervisor does for a container beside relaying its streams and signals.

use crate::container::Container;
use crate::container::config::supervision::Supervision;
use crate::container::health::schedule::Pulse;
use crate::runtime::attach::event_handler::EventHandler;
use crate::runtime::notify_proxy::NotifyProxy;
use crate::store::Store;
use std::os::fd::BorrowedFd;
use std::time::{Duration, Instant};

/// On duty for one run of a container.
pub struct Watchman<'a> {
    /// When it is killed.
    kill_at: Option<Instant>,
    stop_signal: Option<i32>,
    /// Whether it was told to end by a signal that came through the supervisor.
    pub stopped: bool,
    pulse: Option<Pulse<'a>>,
    notify: Option<NotifyProxy>,
}

impl<'a> Watchman<'a> {
    /// The container has just started.
    pub fn new(store: &'a Store, container: &'a Container, notify: Option<NotifyProxy>) -> Watchman<'a> {
        let config = &container.config;
        let Supervision { timeout, .. } = &config.host.supervision;
        Watchman {
            kill_at: timeout.and_then(|seconds| Instant::now().checked_add(Duration::from_secs(seconds))),
            stop_signal: config.stop_signal.as_ref().and(config.stop_signal().ok()),
            stopped: false,
            pulse: Pulse::new(store, container),
            notify,
        }
    }
}

impl EventHandler for Watchman<'_> {
    fn readable_fds(&self) -> Vec<BorrowedFd<'_>> {
        let told = self.notify.iter().filter_map(NotifyProxy::readable_fd);
        self.pulse.iter().filter_map(Pulse::waits_for).chain(told).collect()
    }

    fn deadline(&self) -> Option<Instant> {
        let check_at = self.pulse.as_ref().and_then(Pulse::deadline);
        let tell_at = self.notify.as_ref().and_then(NotifyProxy::deadline);
        self.kill_at.into_iter().chain(check_at).chain(tell_at).min()
    }

    fn handle(&mut self) -> Option<i32> {
        if let Some(pulse) = &mut self.pulse {
            pulse.attend();
        }
        if let Some(notify) = &mut self.notify {
            notify.forward();
        }
        let is_over = self.kill_at.is_some_and(|at| at <= Instant::now());
        // Once is enough.
        is_over.then(|| self.kill_at = None).map(|()| libc::SIGKILL)
    }

    /// As Docker's `kill`: of a container that does not say how it is stopped, any signal might be meant to.
    fn forwarded(&mut self, number: i32) {
        self.stopped |= self.stop_signal.is_none_or(|stop| stop == number);
    }
}
