//! Times as people write them in `--filter until=` and `--since`.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};

/// Parses a time: a duration in Go's notation (`1h30m`) before now, seconds since 1970 with or without a fraction, or a
/// date with or without a time, in UTC where no zone is given.
pub fn moment(text: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    unix(text)
        .or_else(|| Some(DateTime::parse_from_rfc3339(text).ok()?.to_utc()))
        .or_else(|| {
            let formats = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"];
            let parse = |format: &&str| NaiveDateTime::parse_from_str(text, format).ok();
            Some(formats.iter().find_map(parse)?.and_utc())
        })
        .or_else(|| {
            let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
            Some(date.and_hms_opt(0, 0, 0)?.and_utc())
        })
        .or_else(|| now.checked_sub_signed(duration(text)?))
}

fn unix(text: &str) -> Option<DateTime<Utc>> {
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = fraction.bytes().all(|byte| byte.is_ascii_digit());
    let nanoseconds = format!("{fraction:0<9}").get(..9)?.parse().ok()?;
    DateTime::from_timestamp(seconds.parse().ok()?, nanoseconds).filter(|_| digits)
}

/// Go's `time.ParseDuration`, without a sign.
pub fn duration(text: &str) -> Option<TimeDelta> {
    let mut sum = TimeDelta::zero();
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number: f64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let letters = rest
            .find(|c: char| c.is_ascii_digit() || c == '.')
            .unwrap_or(rest.len());
        let seconds = match &rest[..letters] {
            "h" => 3600.0,
            "m" => 60.0,
            "s" => 1.0,
            "ms" => 1e-3,
            "us" | "µs" => 1e-6,
            "ns" => 1e-9,
            _ => return None,
        };
        rest = &rest[letters..];
        let part = std::time::Duration::try_from_secs_f64(number * seconds).ok()?;
        sum = sum.checked_add(&TimeDelta::from_std(part).ok()?)?;
    }
    (!text.is_empty()).then_some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_have_fractions() {
        let at = |text| moment(text, Utc::now()).map(|moment| moment.to_rfc3339());
        assert_eq!(at("0.25").unwrap(), "1970-01-01T00:00:00.250+00:00");
        assert_eq!(
            at("1136073600.000000001").unwrap(),
            "2006-01-01T00:00:00.000000001+00:00"
        );
        assert_eq!((at("1.x"), at(""), at("x")), (None, None, None));
    }
}
