//! Whether what a container does is done well: its health check, by Docker's rules (moby, daemon/health.go), and what came of it.
//!
//! The check is run by the container's supervisor ([`crate::container::health::schedule`]) or by hand ([`check_now`]). What came of it is in the file `health` in the
//! container's directory, begun with each start and replaced by rename; who replaces it holds `health.lock` for that moment. A container that is
//! not checked has neither.

use crate::container::Container;
use crate::container::health::probe::Probe;
use crate::container::state::status::{State, Status};
use crate::store::Store;
use crate::sys::files::atomic_file;
use crate::sys::files::lock::Lock;
use anyhow::{Context, Result, bail};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::time::Duration;

/// How many checks are remembered.
const MAX_LOG: usize = 5;
/// The longest file that is read: the outputs of all, each byte escaped.
const MAX_FILE: u64 = 1 << 20;

/// Docker's least time; an image's shorter one is taken for it.
const LEAST: Duration = Duration::from_millis(1);
/// A pause is this many times as long as the check before it, or as [`ENOUGH`], whatever the image wants: to start one costs this process time
/// that is not within the container's limits, and so it is a tenth of a processor's at most.
const REST: u32 = 9;
/// A check that takes longer does not by what starting it costs.
const ENOUGH: Duration = Duration::from_secs(1);

/// How a container is checked, in the form of an image's configuration (image-spec, config.md; Docker's `HealthConfig`). What is zero or empty
/// is not said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct HealthCheck {
    /// `NONE`, or `CMD` and words, or `CMD-SHELL` and a line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test: Option<Vec<String>>,
    /// Nanoseconds, as all four.
    #[serde(skip_serializing_if = "is_zero")]
    pub interval: i64,
    #[serde(skip_serializing_if = "is_zero")]
    pub timeout: i64,
    #[serde(skip_serializing_if = "is_zero")]
    pub start_period: i64,
    #[serde(skip_serializing_if = "is_zero")]
    pub start_interval: i64,
    #[serde(skip_serializing_if = "is_zero")]
    pub retries: i64,
}

fn is_zero(number: &i64) -> bool {
    *number == 0
}

fn time_or(nanoseconds: i64, seconds: u64) -> Duration {
    let given = u64::try_from(nanoseconds).ok().filter(|time| *time > 0);
    given.map_or(Duration::from_secs(seconds), |time| {
        Duration::from_nanos(time).max(LEAST)
    })
}

impl HealthCheck {
    /// What is not said is as the image has it.
    pub fn over(self, image: HealthCheck) -> HealthCheck {
        let or = |own, images| if own == 0 { images } else { own };
        HealthCheck {
            test: self.test.filter(|test| !test.is_empty()).or(image.test),
            interval: or(self.interval, image.interval),
            timeout: or(self.timeout, image.timeout),
            start_period: or(self.start_period, image.start_period),
            start_interval: or(self.start_interval, image.start_interval),
            retries: or(self.retries, image.retries),
        }
    }

    /// What to run; `None` where nothing is to be checked.
    pub fn command(&self) -> Option<Vec<String>> {
        let (kind, words) = self.test.as_deref()?.split_first()?;
        let shell: &[&str] = match kind.as_str() {
            "CMD" => &[],
            "CMD-SHELL" => &["/bin/sh", "-c"],
            _ => return None,
        };
        let shell = shell.iter().map(|word| (*word).to_owned());
        (!words.is_empty()).then(|| shell.chain(words.iter().cloned()).collect())
    }

    pub fn timeout(&self) -> Duration {
        time_or(self.timeout, 30)
    }

    /// How long to wait before the next check, `since_start` after the container's start, where the one before took `took`.
    pub fn pause(&self, status: HealthStatus, since_start: Duration, took: Duration) -> Duration {
        let wanted = match status == HealthStatus::Starting && since_start < self.start_period() {
            true => time_or(self.start_interval, 5),
            false => time_or(self.interval, 30),
        };
        wanted.max(took.saturating_mul(REST).min(ENOUGH))
    }

    fn start_period(&self) -> Duration {
        time_or(self.start_period, 0)
    }
}

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

/// What the checks of one run came to; `State.Health` of `inspect`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Health {
    pub status: HealthStatus,
    pub failing_streak: u32,
    /// The last ones.
    pub log: Vec<Checked>,
}

/// One check.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Checked {
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
    fn add(&mut self, check: &HealthCheck, checked: Checked, started: Option<DateTime<Utc>>) {
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

/// Begins the record of a run of the container; does nothing for one that is not checked.
pub fn begin(container: &Container) -> Result<()> {
    match container.health_command() {
        Some(_) => write(&container.dir, &Health::new()),
        None => Ok(()),
    }
}

/// Records a check. Returns what the container is now.
pub fn record(container: &Container, checked: Checked) -> Result<Health> {
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

/// `None` where there is none; one that cannot be read was torn by a crash of the machine.
fn read(dir: &Path) -> Option<Health> {
    let mut text = Vec::new();
    let file = File::open(dir.join("health")).ok()?;
    file.take(MAX_FILE).read_to_end(&mut text).ok()?;
    serde_json::from_slice(&text).ok()
}

/// Checks a running container once, as its supervisor would, and records that. Returns whether it is well. Called in the host's user
/// namespace, in a process with one thread.
pub fn check_now(store: &Store, container: &Container) -> Result<bool> {
    let name = &container.record.name;
    if container.health_command().is_none() {
        bail!("container {name} has no defined healthcheck");
    }
    if container.state()?.status != Status::Running {
        bail!("container {name} is not running");
    }
    let checked = Probe::start(store, container)?.finish();
    let is_well = checked.exit_code == 0;
    record(container, checked)?;
    Ok(is_well)
}

impl Container {
    /// What its health check runs; `None` where it has none.
    pub fn health_command(&self) -> Option<Vec<String>> {
        self.config.host.supervision.health.as_ref()?.command()
    }

    /// What its checks came to; `None` where it is not checked, or never ran. As with Docker, what does not run is not well.
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

    fn checked(second: i64, exit_code: i32) -> Checked {
        let at = DateTime::from_timestamp(second, 0).unwrap();
        Checked {
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

    #[test]
    fn checks_are_read_as_images_write_them() {
        let read = |text: &str| serde_json::from_str::<HealthCheck>(text).unwrap();
        let command = |text: &str| read(text).command().map(|words| words.join("|"));
        assert_eq!(command(r#"{"Test":["CMD","/a","b"]}"#).as_deref(), Some("/a|b"));
        assert_eq!(
            command(r#"{"Test":["CMD-SHELL","a b"]}"#).as_deref(),
            Some("/bin/sh|-c|a b")
        );
        for none in [
            r#"{"Test":["NONE"]}"#,
            r#"{"Test":["CMD"]}"#,
            r#"{"Test":null}"#,
            r#"{"Test":["X","y"]}"#,
        ] {
            assert_eq!(command(none), None, "{none}");
        }
        let own = HealthCheck {
            interval: 5,
            ..HealthCheck::default()
        };
        let both = own.over(read(r#"{"Test":["CMD","x"],"Interval":7,"Retries":4}"#));
        assert_eq!(both, read(r#"{"Test":["CMD","x"],"Interval":5,"Retries":4}"#));
    }

    #[test]
    fn checks_are_more_frequent_until_the_first_success_in_the_start_period() {
        let check = HealthCheck {
            start_period: 10_000_000_000,
            ..HealthCheck::default()
        };
        let pause = |status, second| {
            let pause = check.pause(status, Duration::from_secs(second), Duration::from_secs(20));
            pause.as_secs()
        };
        assert_eq!(pause(HealthStatus::Starting, 9), 5);
        assert_eq!(pause(HealthStatus::Starting, 10), 30);
        assert_eq!(pause(HealthStatus::Healthy, 9), 30);
    }
    #[test]
    fn an_image_that_wants_checks_without_a_pause_gets_a_tenth_of_the_time_for_them() {
        let pause = |interval, took| {
            let check = HealthCheck {
                interval,
                start_interval: interval,
                start_period: i64::MAX,
                ..HealthCheck::default()
            };
            let pause = |status| check.pause(status, Duration::from_secs(1), Duration::from_millis(took));
            assert_eq!(pause(HealthStatus::Starting), pause(HealthStatus::Healthy));
            pause(HealthStatus::Healthy).as_millis()
        };
        assert_eq!(pause(1, 0), 1);
        assert_eq!(pause(1, 20), 180);
        assert_eq!(pause(1_000_000, 20), 180);
        assert_eq!(pause(1, 30_000), 1000);
        assert_eq!(pause(500_000_000, 20), 500);
        assert_eq!(pause(2_000_000_000, 30_000), 2000);
    }
}
