//! What a supervisor does for a container besides relaying its streams and signals: health checks, `--timeout`,
//! sd_notify.

use crate::container::Container;
use crate::container::config::supervision::Supervision;
use crate::container::health::schedule::Schedule;
use crate::runtime::attach::event_handler::EventHandler;
use crate::runtime::notify_proxy::NotifyProxy;
use crate::store::Store;
use std::os::fd::BorrowedFd;
use std::time::{Duration, Instant};

/// The event handlers of one run of a container.
pub struct Hooks<'a> {
    /// When the container is killed (`--timeout`).
    kill_at: Option<Instant>,
    stop_signal: Option<i32>,
    /// Whether a stop signal came through the supervisor.
    pub stopped: bool,
    schedule: Option<Schedule<'a>>,
    notify: Option<NotifyProxy>,
}

impl<'a> Hooks<'a> {
    /// For a container that has just started.
    pub fn new(store: &'a Store, container: &'a Container, notify: Option<NotifyProxy>) -> Hooks<'a> {
        let config = &container.config;
        let Supervision { timeout, .. } = &config.host.supervision;
        Hooks {
            kill_at: timeout.and_then(|seconds| Instant::now().checked_add(Duration::from_secs(seconds))),
            stop_signal: config.stop_signal.as_ref().and(config.stop_signal().ok()),
            stopped: false,
            schedule: Schedule::new(store, container),
            notify,
        }
    }
}

impl EventHandler for Hooks<'_> {
    fn readable_fds(&self) -> Vec<BorrowedFd<'_>> {
        let told = self.notify.iter().filter_map(NotifyProxy::readable_fd);
        self.schedule
            .iter()
            .filter_map(Schedule::waits_for)
            .chain(told)
            .collect()
    }

    fn deadline(&self) -> Option<Instant> {
        let check_at = self.schedule.as_ref().and_then(Schedule::deadline);
        let tell_at = self.notify.as_ref().and_then(NotifyProxy::deadline);
        self.kill_at.into_iter().chain(check_at).chain(tell_at).min()
    }

    fn handle(&mut self) -> Option<i32> {
        if let Some(schedule) = &mut self.schedule {
            schedule.attend();
        }
        if let Some(notify) = &mut self.notify {
            notify.forward();
        }
        let is_over = self.kill_at.is_some_and(|at| at <= Instant::now());
        // Killed once only.
        is_over.then(|| self.kill_at = None).map(|()| libc::SIGKILL)
    }

    /// As for Docker's `kill`: any signal counts as a stop signal for a container that names none.
    fn forwarded(&mut self, number: i32) {
        self.stopped |= self.stop_signal.is_none_or(|stop| stop == number);
    }
}
