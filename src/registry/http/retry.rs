//! Tries a request again, with pauses that grow or that the server names.

use crate::registry::errors::{Error, Failure};
use crate::registry::settings::TransferSettings;
use std::time::Duration;

/// Makes attempts until one succeeds or no other one may be made.
pub async fn retry<T, F>(settings: &TransferSettings, attempt: impl Fn() -> F) -> Result<T, Error>
where
    F: Future<Output = Result<T, Failure>>,
{
    let mut attempts = Attempts::new(settings);
    loop {
        match attempt().await {
            Ok(value) => return Ok(value),
            Err(failure) => tokio::time::sleep(attempts.next_pause(failure)?).await,
        }
    }
}

/// Counts failed attempts.
pub struct Attempts<'a> {
    settings: &'a TransferSettings,
    failed: u32,
}

impl<'a> Attempts<'a> {
    pub fn new(settings: &'a TransferSettings) -> Attempts<'a> {
        Attempts { settings, failed: 0 }
    }

    /// Starts the count again, since the last attempt made progress.
    pub fn reset(&mut self) {
        self.failed = 0;
    }

    /// How many attempts have failed in a row.
    pub fn failed(&self) -> u32 {
        self.failed
    }

    /// Counts a failed attempt and returns the pause before the next one; the error where there is no next one.
    pub fn next_pause(&mut self, failure: Failure) -> Result<Duration, Error> {
        let (error, retry_after) = match failure {
            Failure::Final(error) => return Err(error),
            Failure::Transient { error, retry_after } => (error, retry_after),
        };
        self.failed += 1;
        if self.failed >= self.settings.max_attempts {
            return Err(error);
        }
        let TransferSettings {
            retry_delay,
            max_retry_delay,
            ..
        } = *self.settings;
        match retry_after {
            Some(after) if after > max_retry_delay => Err(error),
            Some(after) => Ok(after.max(retry_delay)),
            None => Ok(retry_delay
                .saturating_mul(1 << (self.failed - 1).min(16))
                .min(max_retry_delay)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::digest::Digest;

    fn transient(after: Option<u64>) -> Failure {
        Failure::Transient {
            error: Error::Abandoned(Digest::of(b"")),
            retry_after: after.map(Duration::from_secs),
        }
    }

    #[test]
    fn pauses_double_until_the_attempts_are_used_up() {
        let settings = TransferSettings::default();
        let mut attempts = Attempts::new(&settings);
        let pauses: Vec<u128> = std::iter::from_fn(|| attempts.next_pause(transient(None)).ok())
            .map(|pause| pause.as_millis())
            .collect();
        assert_eq!(pauses, [250, 500, 1000, 2000, 4000]);
    }

    #[test]
    fn retry_after_is_obeyed_unless_it_is_too_long() {
        let settings = TransferSettings::default();
        let mut attempts = Attempts::new(&settings);
        assert_eq!(attempts.next_pause(transient(Some(7))), Ok(Duration::from_secs(7)));
        assert!(attempts.next_pause(transient(Some(3600))).is_err());
    }

    #[test]
    fn progress_starts_the_count_again() {
        let settings = TransferSettings::default();
        let mut attempts = Attempts::new(&settings);
        for _ in 0..20 {
            assert!(attempts.next_pause(transient(None)).is_ok());
            attempts.reset();
        }
    }
}
