//! How long and how often a broken conversation is tried again.

use crate::registry::errors::{Error, Failure};
use std::time::Duration;

/// Limits of patience, and of haste.
#[derive(Debug, Clone)]
pub struct Settings {
    /// This long without a byte, and a transfer counts as broken.
    pub stall: Duration,
    /// So many attempts in a row without progress, and it is given up.
    pub attempts: u32,
    /// The first pause; each next one is twice as long.
    pub pause: Duration,
    /// The longest pause, and the longest Retry-After that is waited for.
    pub longest_pause: Duration,
    /// So many blobs are to be transferred at a time.
    pub concurrent: usize,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            stall: Duration::from_secs(30),
            attempts: 6,
            pause: Duration::from_millis(250),
            longest_pause: Duration::from_secs(60),
            concurrent: 3,
        }
    }
}

impl Settings {
    /// The defaults, with what this machine and user have set.
    pub fn load() -> anyhow::Result<Settings> {
        let set = crate::settings::Settings::load()?;
        Ok(Settings {
            stall: set.stall_timeout.value,
            pause: set.retry_delay.value,
            concurrent: set.concurrent_downloads.value,
            ..Settings::default()
        })
    }
}

/// Counts the attempts at one thing.
pub struct Attempts<'a> {
    settings: &'a Settings,
    failed: u32,
}

impl<'a> Attempts<'a> {
    pub fn new(settings: &'a Settings) -> Attempts<'a> {
        Attempts { settings, failed: 0 }
    }

    /// Something came of the last attempt: the count starts again.
    pub fn progressed(&mut self) {
        self.failed = 0;
    }

    /// Which attempt failed last, from 1.
    pub fn failed(&self) -> u32 {
        self.failed
    }

    /// The pause before the next attempt, or the error where there is no next one.
    pub fn after(&mut self, failure: Failure) -> Result<Duration, Error> {
        let (error, after) = match failure {
            Failure::Final(error) => return Err(error),
            Failure::Passing { error, after } => (error, after),
        };
        self.failed += 1;
        if self.failed >= self.settings.attempts {
            return Err(error);
        }
        let longest = self.settings.longest_pause;
        match after {
            Some(after) if after > longest => Err(error),
            Some(after) => Ok(after.max(self.settings.pause)),
            None => Ok(self
                .settings
                .pause
                .saturating_mul(1 << (self.failed - 1).min(16))
                .min(longest)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::digest::Digest;

    fn passing(after: Option<u64>) -> Failure {
        Failure::Passing {
            error: Error::Abandoned(Digest::of(b"")),
            after: after.map(Duration::from_secs),
        }
    }

    #[test]
    fn pauses_double_until_it_is_given_up() {
        let settings = Settings::default();
        let mut attempts = Attempts::new(&settings);
        let pauses: Vec<u128> = std::iter::from_fn(|| attempts.after(passing(None)).ok())
            .map(|pause| pause.as_millis())
            .collect();
        assert_eq!(pauses, [250, 500, 1000, 2000, 4000]);
    }

    #[test]
    fn the_server_says_how_long_unless_it_is_too_long() {
        let settings = Settings::default();
        let mut attempts = Attempts::new(&settings);
        assert_eq!(attempts.after(passing(Some(7))), Ok(Duration::from_secs(7)));
        assert!(attempts.after(passing(Some(3600))).is_err());
    }

    #[test]
    fn progress_starts_the_count_again() {
        let settings = Settings::default();
        let mut attempts = Attempts::new(&settings);
        for _ in 0..20 {
            assert!(attempts.after(passing(None)).is_ok());
            attempts.progressed();
        }
    }
}
