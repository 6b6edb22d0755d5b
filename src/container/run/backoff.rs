//! Restarts: how many there were, and how long the supervisor waits before the next one, by the rules of Docker's
//! restart manager.

use crate::container::config::supervision::restart_policy::RestartPolicy;
use crate::sys::process::signal;
use anyhow::{Context, Result};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::time::{Duration, Instant};

/// The restarts of a container since a user started it.
#[derive(Debug, Default)]
pub struct Restarts {
    pub count: u32,
    pause: Duration,
}

const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// After a run of this length, the next wait is the shortest again.
const GOOD_RUN: Duration = Duration::from_secs(10);

impl Restarts {
    /// How long to wait before the next run, after one that took `ran` and ended with `code`; counts it. `None`: there
    /// is no next run.
    pub fn next(&mut self, policy: RestartPolicy, code: i32, ran: Duration) -> Option<Duration> {
        if !self.applies(policy, code) {
            return None;
        }
        self.count += 1;
        self.pause = match ran >= GOOD_RUN || self.pause.is_zero() {
            true => FIRST_PAUSE,
            false => (self.pause * 2).min(LONGEST_PAUSE),
        };
        Some(self.pause)
    }

    fn applies(&self, policy: RestartPolicy, code: i32) -> bool {
        match policy {
            RestartPolicy::No => false,
            // Docker's two policies differ only at boot, when lamel starts nothing itself.
            RestartPolicy::Always | RestartPolicy::UnlessStopped => true,
            RestartPolicy::OnFailure { attempts } => code != 0 && attempts.is_none_or(|most| self.count < most),
        }
    }
}

/// Waits until the next run; false where a signal came that ends processes (SIGTERM, SIGINT, SIGQUIT, SIGHUP).
pub fn wait_until(until: Instant, signals: &signal::Held) -> Result<bool> {
    loop {
        while let Some(number) = signals.next().context("reading signals")? {
            if matches!(number, libc::SIGTERM | libc::SIGINT | libc::SIGQUIT | libc::SIGHUP) {
                return Ok(false);
            }
        }
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(true);
        }
        let timeout = Timespec::try_from(left).context("timeout")?;
        match poll(&mut [PollFd::new(signals, PollFlags::IN)], Some(&timeout)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error).context("waiting for the next start"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_minute_and_begin_anew_after_a_good_run() {
        let mut restarts = Restarts::default();
        let mut next = |ran: u64| {
            restarts
                .next(RestartPolicy::Always, 0, Duration::from_secs(ran))
                .unwrap()
        };
        let pauses: Vec<_> = (0..12).map(|_| next(9).as_millis()).collect();
        assert_eq!(
            pauses,
            [100, 200, 400, 800, 1600, 3200, 6400, 12800, 25600, 51200, 60000, 60000]
        );
        assert_eq!(next(10).as_millis(), 100);
        assert_eq!(next(0).as_millis(), 200);
        assert_eq!(restarts.count, 14);
    }

    #[test]
    fn on_failure_counts_failures_alone() {
        let mut restarts = Restarts::default();
        let mut runs = |code| {
            restarts
                .next(RestartPolicy::OnFailure { attempts: Some(2) }, code, Duration::ZERO)
                .is_some()
        };
        assert_eq!([runs(0), runs(1), runs(137), runs(1)], [false, true, true, false]);
        assert!(Restarts::default().next(RestartPolicy::No, 1, Duration::ZERO).is_none());
    }
}
