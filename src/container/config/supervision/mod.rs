//! How a container is watched over while it runs, as far as that was asked for.

pub mod health_check;
pub mod log;
pub mod restart_policy;

use crate::container::config::supervision::health_check::HealthCheck;
use crate::container::config::supervision::log::LogConfig;
use anyhow::{Result, bail};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// What the supervisor does beside waiting.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Supervision {
    pub notify: Notify,
    pub log: LogConfig,
    /// Seconds until it is killed.
    pub timeout: Option<u64>,
    /// How it is checked; with what the image says, once the container is made.
    pub health: Option<HealthCheck>,
}

/// Who tells the service manager that the service is ready (`--sdnotify`, with podman's words).
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
