//! Health checks: Docker's rules (moby, daemon/health.go), and the results that are recorded.
//!
//! The container's supervisor runs the check ([`crate::container::health::schedule`]), or the user does
//! ([`crate::container::health::probe::check_now`]). The results of one run are in the file `health` in the container's
//! directory. Each start begins a new one; it is replaced by rename, under the lock `health.lock`. A container without
//! a health check has neither file.

use crate::container::Container;
use crate::container::config::supervision::health_check::HealthCheck;
use crate::container::state::status::{State, Status};
use crate::sys::files::atomic_file;
use crate::sys::files::lock::Lock;
use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// How many results are kept.
const MAX_LOG: usize = 5;
/// The longest file that is read: the outputs of all, each byte escaped.
const MAX_FILE: u64 = 1 << 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HealthStatus {
    /// No check has succeeded yet, and not enough have failed.
    Starting,
    Healthy,
    Unhealthy,
}

impl HealthStatus {
    /// Docker's word, as in `State.Health.Status` and `ps -f health=`.
    pub fn word(self) -> &'static str {
        match self {
            HealthStatus::Starting => "starting",
            HealthStatus::Healthy => "healthy",
            HealthStatus::Unhealthy => "unhealthy",
        }
    }
}

/// The results of one run of the container; `State.Health` of `inspect`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Health {
    pub status: HealthStatus,
    pub failing_streak: u32,
    /// The last ones, oldest first.
    pub log: Vec<ProbeResult>,
}

/// The result of one check.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ProbeResult {
    pub start: DateTime<Utc>,
    pub end: DateTime<Utc>,
    /// -1 where it could not be run, or not to its end.
    pub exit_code: i32,
    pub output: String,
}

impl Health {
    fn new() -> Health {
        Health {
            status: HealthStatus::Starting,
            failing_streak: 0,
            log: Vec::new(),
        }
    }

    /// Adds a check. A failure soon after the start counts only after a success.
    fn add(&mut self, check: &HealthCheck, checked: ProbeResult, started: Option<DateTime<Utc>>) {
        let since_start = started.map(|at| (checked.start - at).to_std().unwrap_or_default());
        let is_early = since_start.is_some_and(|since| since < check.start_period());
        let retries = if check.retries > 0 { check.retries } else { 3 };
        if checked.exit_code == 0 {
            (self.status, self.failing_streak) = (HealthStatus::Healthy, 0);
        } else if self.status != HealthStatus::Starting || !is_early {
            self.failing_streak += 1;
            if i64::from(self.failing_streak) >= retries {
                self.status = HealthStatus::Unhealthy;
            }
        }
        self.log.push(checked);
        let surplus = self.log.len().saturating_sub(MAX_LOG);
        self.log.drain(..surplus);
    }
}

/// Begins the record of a run of the container; does nothing for one without a health check.
pub fn begin(container: &Container) -> Result<()> {
    match container.health_command() {
        Some(_) => write(&container.dir, &Health::new()),
        None => Ok(()),
    }
}

/// Records a result, under `health.lock`. Returns the container's health with it.
pub fn record(container: &Container, checked: ProbeResult) -> Result<Health> {
    let dir = &container.dir;
    let lock = File::options().create(true).append(true).open(dir.join("health.lock"));
    let _lock = Lock::exclusive(lock.context("health.lock")?).context("health.lock")?;
    let mut health = read(dir).unwrap_or_else(Health::new);
    if let Some(check) = &container.config.host.supervision.health {
        health.add(check, checked, container.state()?.started);
    }
    write(dir, &health)?;
    Ok(health)
}

fn write(dir: &Path, health: &Health) -> Result<()> {
    let path = dir.join("health");
    atomic_file::replace(&path, &serde_json::to_vec(health)?).with_context(|| path.display().to_string())
}

/// `None` where there is none, or where a crash of the machine tore it.
fn read(dir: &Path) -> Option<Health> {
    let mut text = Vec::new();
    let file = File::open(dir.join("health")).ok()?;
    file.take(MAX_FILE).read_to_end(&mut text).ok()?;
    serde_json::from_slice(&text).ok()
}

impl Container {
    /// The command of its health check; `None` where it has none.
    pub fn health_command(&self) -> Option<Vec<String>> {
        self.config.host.supervision.health.as_ref()?.command()
    }

    /// Its health; `None` where it has no health check, or never ran. As in Docker, a container that does not run is
    /// unhealthy.
    pub fn health(&self, state: &State) -> Option<Health> {
        self.health_command()?;
        let mut health = read(&self.dir)?;
        if !matches!(state.status, Status::Running | Status::Paused) {
            health.status = HealthStatus::Unhealthy;
        }
        Some(health)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(second: i64, exit_code: i32) -> ProbeResult {
        let at = DateTime::from_timestamp(second, 0).unwrap();
        ProbeResult {
            start: at,
            end: at,
            exit_code,
            output: second.to_string(),
        }
    }

    #[test]
    fn failures_count_after_the_start_period_or_a_success() {
        let check = HealthCheck {
            start_period: 10_000_000_000,
            retries: 2,
            ..HealthCheck::default()
        };
        let mut health = Health::new();
        let mut after = |second, code| {
            health.add(&check, checked(second, code), DateTime::from_timestamp(0, 0));
            (health.status.word(), health.failing_streak)
        };
        assert_eq!(after(1, 1), ("starting", 0));
        assert_eq!(after(10, 1), ("starting", 1));
        assert_eq!(after(11, -1), ("unhealthy", 2));
        assert_eq!(after(12, 0), ("healthy", 0));
        assert_eq!(after(3, 1), ("healthy", 1), "early, but it was well once");
        assert_eq!(after(14, 1), ("unhealthy", 2));
        let kept: Vec<_> = health.log.iter().map(|checked| checked.output.as_str()).collect();
        assert_eq!(kept, ["10", "11", "12", "3", "14"]);
    }
}
