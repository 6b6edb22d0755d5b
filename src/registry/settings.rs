//! Timeouts and retries of requests to a registry.

use crate::settings::Settings;
use std::time::Duration;

/// When a transfer counts as broken, and how often it is tried again.
#[derive(Debug, Clone)]
pub struct TransferSettings {
    /// A transfer counts as broken when no byte has come for this long.
    pub stall_timeout: Duration,
    /// Attempts in a row without progress after which the transfer fails.
    pub max_attempts: u32,
    /// The pause after the first failed attempt. Each next pause is twice as long.
    pub retry_delay: Duration,
    /// The longest pause, and the longest `Retry-After` that is obeyed; a longer one ends the attempts.
    pub max_retry_delay: Duration,
    /// Blobs that are transferred at a time.
    pub concurrent_downloads: usize,
}

impl Default for TransferSettings {
    fn default() -> TransferSettings {
        TransferSettings {
            stall_timeout: Duration::from_secs(30),
            max_attempts: 6,
            retry_delay: Duration::from_millis(250),
            max_retry_delay: Duration::from_secs(60),
            concurrent_downloads: 3,
        }
    }
}

impl TransferSettings {
    /// Reads what lamel.toml and the environment set; the rest are defaults.
    pub fn load() -> anyhow::Result<TransferSettings> {
        let set = Settings::load()?;
        Ok(TransferSettings {
            stall_timeout: set.stall_timeout.value,
            retry_delay: set.retry_delay.value,
            concurrent_downloads: set.concurrent_downloads.value,
            ..TransferSettings::default()
        })
    }
}
