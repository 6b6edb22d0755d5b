//! How a container's health is checked: the image's and the user's settings, by Docker's rules (moby,
//! daemon/health.go).

use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Docker's shortest interval. A shorter one counts as this.
const MIN_TIME: Duration = Duration::from_millis(1);
/// The pause after a check is at least this many times as long as the check, whatever the image wants. Starting a check
/// costs the supervisor time that the container's limits do not cover, so checks may take a tenth of one processor at
/// most.
const PAUSE_FACTOR: u32 = 9;
/// The pause that [`PAUSE_FACTOR`] asks for is not longer than this: a check that runs long does not do so because of
/// its start.
const MAX_FORCED_PAUSE: Duration = Duration::from_secs(1);

/// How a container is checked, in the form of an image's configuration (image-spec, config.md; Docker's
/// `HealthConfig`). A field that is zero or empty is not set.
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
        Duration::from_nanos(time).max(MIN_TIME)
    })
}

impl HealthCheck {
    /// Fields that are not set here are taken from the image's check.
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

    /// The command to run; `None` where nothing is to be checked.
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

    /// How long to wait before the next check, `since_start` after the container's start. `is_starting`: no check has
    /// succeeded yet; `took`: how long the last one ran.
    pub fn pause(&self, is_starting: bool, since_start: Duration, took: Duration) -> Duration {
        let wanted = match is_starting && since_start < self.start_period() {
            true => time_or(self.start_interval, 5),
            false => time_or(self.interval, 30),
        };
        wanted.max(took.saturating_mul(PAUSE_FACTOR).min(MAX_FORCED_PAUSE))
    }

    /// Failures within this time after the start do not count, until a check has succeeded.
    pub fn start_period(&self) -> Duration {
        time_or(self.start_period, 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let pause = |is_starting, second| {
            let pause = check.pause(is_starting, Duration::from_secs(second), Duration::from_secs(20));
            pause.as_secs()
        };
        assert_eq!(pause(true, 9), 5);
        assert_eq!(pause(true, 10), 30);
        assert_eq!(pause(false, 9), 30);
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
            let pause = |is_starting| check.pause(is_starting, Duration::from_secs(1), Duration::from_millis(took));
            assert_eq!(pause(true), pause(false));
            pause(false).as_millis()
        };
        assert_eq!(pause(1, 0), 1);
        assert_eq!(pause(1, 20), 180);
        assert_eq!(pause(1_000_000, 20), 180);
        assert_eq!(pause(1, 30_000), 1000);
        assert_eq!(pause(500_000_000, 20), 500);
        assert_eq!(pause(2_000_000_000, 30_000), 2000);
    }
}
