//! Times: how long ago, in the field's words (Docker's go-units, `HumanDuration`), and when.

use chrono::{DateTime, SecondsFormat, SubsecRound, Utc};
use std::time::Duration;

/// What stands for a time that is not known.
pub const UNKNOWN: &str = "N/A";

/// The time that an RFC 3339 text names. `None` where there is none, or one before 1970, as builders write that
/// want no time in their images (Go's zero time is in the year 1).
pub fn parse(text: Option<&str>) -> Option<DateTime<Utc>> {
    let time = DateTime::parse_from_rfc3339(text?).ok()?.to_utc();
    (time.timestamp() >= 0).then_some(time)
}

/// `2024-05-01T12:00:00.12Z`: as Go writes a time (`time.RFC3339Nano`), without zeros at the end of the fraction.
/// Docker writes an image's `created` anew in this form, so in another one the two would show different times.
pub fn rfc3339(time: DateTime<Utc>) -> String {
    let text = time.to_rfc3339_opts(SecondsFormat::Nanos, true);
    let fraction = text.trim_end_matches('Z').trim_end_matches('0');
    format!("{}Z", fraction.trim_end_matches('.'))
}

/// `2 weeks ago`, counted from the whole second in which it was, as Docker counts; a time to come counts as now.
pub fn ago(time: Option<DateTime<Utc>>, now: DateTime<Utc>) -> String {
    match time {
        Some(time) => format!(
            "{} ago",
            duration((now - time.trunc_subsecs(0)).to_std().unwrap_or_default())
        ),
        None => UNKNOWN.to_owned(),
    }
}

/// `2024-05-01 12:00:00 +0000 UTC`.
pub fn at(time: Option<DateTime<Utc>>) -> String {
    match time {
        Some(time) => time.format("%Y-%m-%d %H:%M:%S +0000 UTC").to_string(),
        None => UNKNOWN.to_owned(),
    }
}

/// `About a minute`, `3 hours`, `2 weeks`.
pub fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    // To the nearest hour, as the original does, while days and more are cut off.
    let hours = (seconds + 1800) / 3600;
    match seconds {
        0 => "Less than a second".into(),
        1 => "1 second".into(),
        2..60 => format!("{seconds} seconds"),
        60..120 => "About a minute".into(),
        120..3600 => format!("{} minutes", seconds / 60),
        _ => match hours {
            ..=1 => "About an hour".into(),
            2..48 => format!("{hours} hours"),
            48..336 => format!("{} days", hours / 24),
            336..1440 => format!("{} weeks", hours / 24 / 7),
            1440..17520 => format!("{} months", hours / 24 / 30),
            _ => format!("{} years", seconds / 3600 / 24 / 365),
        },
    }
}

/// So many nanoseconds as Go's `time.Duration` shows them: `1h0m0.5s`, `5s`, `1.5ms`, `0s`.
pub fn exact(nanoseconds: i64) -> String {
    let sign = if nanoseconds < 0 { "-" } else { "" };
    let size = nanoseconds.unsigned_abs();
    // A fraction without the zeros at its end, of units that have this many.
    let in_units = |size: u64, unit: u64, name: &str| {
        let digits = unit.ilog10() as usize;
        let number = format!("{}.{:0digits$}", size / unit, size % unit);
        format!("{}{name}", number.trim_end_matches('0').trim_end_matches('.'))
    };
    let shown = match size {
        0 => return "0s".to_owned(),
        1..1_000 => format!("{size}ns"),
        1_000..1_000_000 => in_units(size, 1_000, "µs"),
        1_000_000..1_000_000_000 => in_units(size, 1_000_000, "ms"),
        _ => {
            const MINUTE: u64 = 60_000_000_000;
            let (hours, minutes) = (size / (60 * MINUTE), size / MINUTE % 60);
            let seconds = in_units(size % MINUTE, 1_000_000_000, "s");
            match (hours, minutes) {
                (0, 0) => seconds,
                (0, minutes) => format!("{minutes}m{seconds}"),
                (hours, minutes) => format!("{hours}h{minutes}m{seconds}"),
            }
        }
    };
    format!("{sign}{shown}")
}

/// An RFC 3339 time as Go's `time.Time` shows it: `2024-05-01 12:00:00.5 +0000 UTC`; what is none as it is.
pub fn exactly_at(text: &str) -> String {
    let Ok(time) = DateTime::parse_from_rfc3339(text) else {
        return text.to_owned();
    };
    let shown = time.to_utc().format("%Y-%m-%d %H:%M:%S%.9f").to_string();
    format!("{} +0000 UTC", shown.trim_end_matches('0').trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fraction_has_no_zeros_at_its_end() {
        let at = |nanoseconds| rfc3339(DateTime::from_timestamp(100, nanoseconds).unwrap());
        assert_eq!(at(554_490_790), "1970-01-01T00:01:40.55449079Z");
        assert_eq!(at(1), "1970-01-01T00:01:40.000000001Z");
        assert_eq!(at(0), "1970-01-01T00:01:40Z");
    }

    #[test]
    fn durations_in_the_fields_words() {
        const MINUTE: u64 = 60;
        const HOUR: u64 = 60 * MINUTE;
        const DAY: u64 = 24 * HOUR;
        for (seconds, text) in [
            (0, "Less than a second"),
            (1, "1 second"),
            (45, "45 seconds"),
            (MINUTE, "About a minute"),
            (3 * MINUTE, "3 minutes"),
            (59 * MINUTE + 59, "59 minutes"),
            (HOUR, "About an hour"),
            (89 * MINUTE, "About an hour"),
            (90 * MINUTE, "2 hours"),
            (3 * HOUR, "3 hours"),
            (47 * HOUR, "47 hours"),
            (3 * DAY, "3 days"),
            (13 * DAY, "13 days"),
            (14 * DAY, "2 weeks"),
            (59 * DAY, "8 weeks"),
            (60 * DAY, "2 months"),
            (729 * DAY, "24 months"),
            (730 * DAY, "2 years"),
            (10 * 365 * DAY, "10 years"),
        ] {
            assert_eq!(duration(Duration::from_secs(seconds)), text, "{seconds}");
        }
    }

    #[test]
    fn exact_times_as_go_shows_them() {
        const SECOND: i64 = 1_000_000_000;
        for (nanoseconds, text) in [
            (0, "0s"),
            (1, "1ns"),
            (1_500, "1.5µs"),
            (100_000_000, "100ms"),
            (5 * SECOND, "5s"),
            (5 * SECOND + 20_000_000, "5.02s"),
            (90 * SECOND, "1m30s"),
            (3600 * SECOND, "1h0m0s"),
            (-10 * SECOND, "-10s"),
        ] {
            assert_eq!(exact(nanoseconds), text);
        }
        assert_eq!(
            exactly_at("2024-05-01T14:00:00.120+02:00"),
            "2024-05-01 12:00:00.12 +0000 UTC"
        );
        assert_eq!(exactly_at("0001-01-01T00:00:00Z"), "0001-01-01 00:00:00 +0000 UTC");
        assert_eq!(exactly_at("never"), "never");
    }

    #[test]
    fn ago_and_at() {
        let now = parse(Some("2024-05-15T12:00:00Z")).unwrap();
        let then = parse(Some("2024-05-01T14:00:00.123456789+02:00"));
        assert_eq!(ago(then, now), "2 weeks ago");
        assert_eq!(at(then), "2024-05-01 12:00:00 +0000 UTC");
        assert_eq!(ago(Some(now + chrono::Days::new(1)), now), "Less than a second ago");
    }

    #[test]
    fn a_time_that_is_no_time_is_unknown() {
        for text in [None, Some(""), Some("yesterday"), Some("0001-01-01T00:00:00Z")] {
            assert_eq!(ago(parse(text), Utc::now()), "N/A");
            assert_eq!(at(parse(text)), "N/A");
        }
        assert_eq!(at(parse(Some("1970-01-01T00:00:00Z"))), "1970-01-01 00:00:00 +0000 UTC");
    }
}
