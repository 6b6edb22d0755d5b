//! When a container's health checks run, in its supervisor: each begins an interval after the end of the one before,
//! and never so soon that they keep the supervisor busy.

use crate::container::Container;
use crate::container::config::supervision::health_check::HealthCheck;
use crate::container::health::probe::Probe;
use crate::container::health::status::{HealthStatus, ProbeResult, record};
use crate::container::state::paused;
use crate::store::Store;
use crate::text::error::chain;
use chrono::Utc;
use std::os::fd::BorrowedFd;
use std::time::{Duration, Instant};

/// The health checks of one run of the container.
pub struct Schedule<'a> {
    store: &'a Store,
    container: &'a Container,
    check: &'a HealthCheck,
    status: HealthStatus,
    begun: Instant,
    /// When the next check begins; `None`: never, because that time is beyond the clock's range.
    next: Option<Instant>,
    probe: Option<Probe>,
    /// When the last check began.
    began: Instant,
}

impl<'a> Schedule<'a> {
    /// For a container that has just started; `None` where it has no health check.
    pub fn new(store: &'a Store, container: &'a Container) -> Option<Schedule<'a>> {
        container.health_command()?;
        let begun = Instant::now();
        let mut schedule = Schedule {
            store,
            container,
            check: container.config.host.supervision.health.as_ref()?,
            status: HealthStatus::Starting,
            begun,
            next: None,
            probe: None,
            began: begun,
        };
        schedule.rest(Duration::ZERO);
        Some(schedule)
    }

    pub fn waits_for(&self) -> Option<BorrowedFd<'_>> {
        self.probe.as_ref().map(Probe::end)
    }

    pub fn deadline(&self) -> Option<Instant> {
        self.next.filter(|_| self.probe.is_none())
    }

    /// Begins a check or ends it, where it is time.
    pub fn attend(&mut self) {
        if let Some(probe) = self.probe.take_if(|probe| probe.is_over()) {
            return self.over(probe.finish());
        }
        if self.deadline().is_none_or(|at| at > Instant::now()) {
            return;
        }
        // Nothing can enter it; that is no failure.
        if paused::is_paused(&self.container.dir) {
            return self.rest(Duration::MAX);
        }
        self.began = Instant::now();
        let start = Utc::now();
        match Probe::start(self.store, self.container) {
            Ok(probe) => self.probe = Some(probe),
            Err(error) => self.over(ProbeResult {
                start,
                end: start,
                exit_code: -1,
                output: chain(&error),
            }),
        }
    }

    fn over(&mut self, checked: ProbeResult) {
        // A full disk must not end the container; the next one is recorded again.
        if let Ok(health) = record(self.container, checked) {
            self.status = health.status;
        }
        self.rest(self.began.elapsed());
    }

    /// `took`: how long the check before took.
    fn rest(&mut self, took: Duration) {
        let pause = self
            .check
            .pause(self.status == HealthStatus::Starting, self.begun.elapsed(), took);
        self.next = Instant::now().checked_add(pause);
    }
}
