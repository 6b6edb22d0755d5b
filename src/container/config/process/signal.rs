//! Signals by name or number, as `--signal`, `--stop-signal` and images give them.

use anyhow::{Result, bail};
use std::str::FromStr;

/// The number of `SIGTERM`, `term`, `15` or `RTMIN+3`.
pub fn parse(text: &str) -> Result<i32> {
    if let Ok(number) = text.parse::<i32>() {
        if (1..=64).contains(&number) {
            return Ok(number);
        }
        bail!("invalid signal {text:?}");
    }
    let upper = text.to_ascii_uppercase();
    let name = upper.strip_prefix("SIG").unwrap_or(&upper);
    // glibc reserves 32 and 33, so programs know 34 as SIGRTMIN; 64 is SIGRTMAX.
    let realtime = match (name.strip_prefix("RTMIN"), name.strip_prefix("RTMAX")) {
        (Some(""), _) => Some(34),
        (Some(offset), _) => offset
            .strip_prefix('+')
            .and_then(|n| n.parse::<i32>().ok())
            .map(|n| 34 + n),
        (_, Some("")) => Some(64),
        (_, Some(offset)) => offset
            .strip_prefix('-')
            .and_then(|n| n.parse::<i32>().ok())
            .map(|n| 64 - n),
        _ => nix::sys::signal::Signal::from_str(&format!("SIG{name}"))
            .ok()
            .map(|s| s as i32),
    };
    match realtime {
        Some(number) if (1..=64).contains(&number) => Ok(number),
        _ => bail!("invalid signal {text:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_numbers_and_realtime_signals() {
        for (text, number) in [
            ("SIGTERM", 15),
            ("term", 15),
            ("9", 9),
            ("SIGRTMIN+3", 37),
            ("rtmax-1", 63),
            ("HUP", 1),
        ] {
            assert_eq!(parse(text).unwrap(), number, "{text}");
        }
        for bad in ["", "0", "65", "-1", "SIGNOPE", "RTMIN+99", "RTMIN+-99"] {
            assert!(parse(bad).is_err(), "{bad:?}");
        }
    }
}
