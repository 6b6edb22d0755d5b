//! What a container's supervisor does: log, health checks, restarts, `--timeout`, sd_notify.

pub mod health_check;
pub mod log;
pub mod restart_policy;

use crate::container::config::supervision::health_check::HealthCheck;
use crate::container::config::supervision::log::LogConfig;
use anyhow::{Result, bail};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// The settings of the supervisor.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Supervision {
    pub notify: Notify,
    pub log: LogConfig,
    /// Seconds until the container is killed (`--timeout`).
    pub timeout: Option<u64>,
    /// The health check: options over the image's settings.
    pub health: Option<HealthCheck>,
}

/// Who notifies the service manager that the service is ready (`--sdnotify`, with podman's words).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Notify {
    /// A program in the container.
    #[default]
    Container,
    /// The supervisor (podman's is called conmon), when the container's command runs.
    Conmon,
    /// Nobody.
    Ignore,
}

impl FromStr for Notify {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Notify> {
        Ok(match text {
            "container" => Notify::Container,
            "conmon" => Notify::Conmon,
            "ignore" => Notify::Ignore,
            _ => bail!("container, conmon and ignore are known"),
        })
    }
}
