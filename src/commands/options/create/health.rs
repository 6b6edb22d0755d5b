//! The options of `create` and `run` on the health check.

use crate::container::config::supervision::health_check::HealthCheck;
use crate::text::moment;
use anyhow::{Result, bail};

/// The health check.
#[derive(Debug, clap::Args)]
pub struct HealthOptions {
    /// Shell command that checks the health of the container
    #[arg(long, value_name = "COMMAND")]
    health_cmd: Option<String>,
    /// Time between checks, such as 1m30s (default 30s)
    #[arg(long, value_name = "TIME", value_parser = nanoseconds)]
    health_interval: Option<i64>,
    /// Consecutive failures after which the container is unhealthy (default 3)
    #[arg(long, value_name = "NUMBER")]
    health_retries: Option<u32>,
    /// Time after the start in which failures do not count (default 0s)
    #[arg(long, value_name = "TIME", value_parser = nanoseconds)]
    health_start_period: Option<i64>,
    /// Time between checks in the start period, until one succeeds (default 5s)
    #[arg(long, value_name = "TIME", value_parser = nanoseconds)]
    health_start_interval: Option<i64>,
    /// Time after which a check is killed and counts as failed (default 30s)
    #[arg(long, value_name = "TIME", value_parser = nanoseconds)]
    health_timeout: Option<i64>,
    /// Disable the image's health check
    #[arg(long)]
    no_healthcheck: bool,
}

/// Parses a duration in Go's notation. As in Docker, less than a millisecond is an error, but for zero.
fn nanoseconds(text: &str) -> Result<i64, String> {
    let time = moment::duration(text).and_then(|time| time.num_nanoseconds());
    match time.filter(|_| !text.is_empty()) {
        Some(nanoseconds @ 1..1_000_000) => Err(format!("{nanoseconds}ns is less than 1ms")),
        Some(nanoseconds) => Ok(nanoseconds),
        None => Err("expected a duration like 1m30s".into()),
    }
}

impl HealthOptions {
    /// The settings that replace those of the image; `None` where no option is given.
    pub fn check(self) -> Result<Option<HealthCheck>> {
        let check = HealthCheck {
            test: self.health_cmd.map(|line| vec!["CMD-SHELL".to_owned(), line]),
            interval: self.health_interval.unwrap_or(0),
            timeout: self.health_timeout.unwrap_or(0),
            start_period: self.health_start_period.unwrap_or(0),
            start_interval: self.health_start_interval.unwrap_or(0),
            retries: self.health_retries.map_or(0, i64::from),
        };
        let is_given = check != HealthCheck::default();
        match self.no_healthcheck {
            true if is_given => bail!("--no-healthcheck conflicts with --health-* options"),
            true => Ok(Some(HealthCheck {
                test: Some(vec!["NONE".into()]),
                ..check
            })),
            false => Ok(is_given.then_some(check)),
        }
    }
}
