//! Limits as options give them: `--ulimit` (getrlimit(2)), and sizes.

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// One limit: `nofile=1024:2048`; one value is both, `-1` is unlimited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ulimit {
    /// `nofile`, `core`, …
    pub name: String,
    pub soft: u64,
    pub hard: u64,
}

const NAMES: [&str; 15] = [
    "core",
    "cpu",
    "data",
    "fsize",
    "locks",
    "memlock",
    "msgqueue",
    "nice",
    "nofile",
    "nproc",
    "rss",
    "rtprio",
    "rttime",
    "sigpending",
    "stack",
];

impl FromStr for Ulimit {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Ulimit> {
        let expected = || format!("invalid ulimit {text:?}: expected NAME=SOFT[:HARD]");
        let (name, values) = text.split_once('=').with_context(expected)?;
        if !NAMES.contains(&name) {
            bail!("invalid ulimit {text:?}: {name:?} is none of {}", NAMES.join(", "));
        }
        let (soft, hard) = values.split_once(':').unwrap_or((values, values));
        let soft = value(soft).with_context(expected)?;
        let hard = value(hard).with_context(expected)?;
        if soft > hard {
            bail!("invalid ulimit {text:?}: the soft limit is above the hard limit");
        }
        Ok(Ulimit {
            name: name.into(),
            soft,
            hard,
        })
    }
}

fn value(text: &str) -> Option<u64> {
    if text == "-1" || text == "unlimited" {
        return Some(u64::MAX);
    }
    text.parse().ok()
}

/// Bytes of `64m`, `1gb` or `65536`: Docker's units are powers of 1024.
pub fn bytes(text: &str) -> Result<u64> {
    let lower = text.to_ascii_lowercase();
    let digits = lower.trim_end_matches(|c: char| !c.is_ascii_digit());
    let shift = match &lower[digits.len()..] {
        "" | "b" => 0,
        "k" | "kb" | "kib" => 10,
        "m" | "mb" | "mib" => 20,
        "g" | "gb" | "gib" => 30,
        "t" | "tb" | "tib" => 40,
        _ => bail!("invalid size {text:?}: expected a number and b, k, m, g or t"),
    };
    let size = digits
        .parse::<u64>()
        .ok()
        .and_then(|number| number.checked_mul(1 << shift));
    size.with_context(|| format!("invalid size {text:?}: expected a number and b, k, m, g or t"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_is_both_limits() {
        let limit: Ulimit = "nofile=1024".parse().unwrap();
        assert_eq!((limit.soft, limit.hard), (1024, 1024));
        let limit: Ulimit = "core=0:-1".parse().unwrap();
        assert_eq!((limit.soft, limit.hard), (0, u64::MAX));
        for bad in ["nofile", "nofile=", "nofile=2:1", "files=1", "core=a"] {
            assert!(bad.parse::<Ulimit>().is_err(), "{bad}");
        }
    }

    #[test]
    fn sizes_are_in_powers_of_1024() {
        for (text, size) in [("64m", 64 << 20), ("1GB", 1 << 30), ("65536", 65536), ("2b", 2)] {
            assert_eq!(bytes(text).unwrap(), size, "{text}");
        }
        for bad in ["", "m", "1x", "-1", "1.5g", "99999999999t"] {
            assert!(bytes(bad).is_err(), "{bad}");
        }
    }
}
