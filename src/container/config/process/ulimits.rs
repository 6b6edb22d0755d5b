//! Limits as options give them: `--ulimit` (getrlimit(2)), processors, memory.

use crate::runtime::model::limits::Limits;
use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// One `--ulimit`: `nofile=SOFT:HARD`. One value is both; `-1` is unlimited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ulimit {
    /// `nofile`, `core`, …
    pub name: String,
    pub soft: u64,
    pub hard: u64,
}

pub const NAMES: [&str; 15] = [
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

/// Parses a number of processors, such as `1.5`, into units of 10⁻⁹ (Docker's `NanoCpus`).
pub fn nano_cpus(text: &str) -> Result<u64> {
    let cpus = text.parse::<f64>().ok().filter(|cpus| *cpus > 0.0 && *cpus < 1e6);
    // A decimal fraction is inexact in binary, and the kernel counts in units of 10⁻⁵.
    Ok((cpus.with_context(|| format!("invalid number of processors {text:?}"))? * 1e9).round() as u64)
}

/// Parses a limit of memory and swap together: a size, or `-1` for none.
pub fn swap(text: &str) -> Result<i64> {
    match text {
        "-1" => Ok(-1),
        text => i64::try_from(bytes(text)?).with_context(|| format!("invalid size {text:?}")),
    }
}

/// An error where limits contradict each other, or the kernel would refuse them.
pub fn check(limits: &Limits) -> Result<()> {
    const LEAST_MEMORY: u64 = 6 << 20;
    if let Some(memory) = limits.memory {
        if memory < LEAST_MEMORY {
            bail!("minimum memory limit allowed is 6MB");
        }
        if limits
            .memory_swap
            .is_some_and(|swap| swap >= 0 && (swap as u64) < memory)
        {
            bail!("minimum memoryswap limit should be larger than memory limit");
        }
        if limits.memory_reservation.is_some_and(|reserved| reserved > memory) {
            bail!("minimum memory limit can not be less than memory reservation limit");
        }
    } else if limits.memory_swap.is_some_and(|swap| swap > 0) {
        bail!("you should always set the memory limit when using the memoryswap limit");
    }
    if limits.nano_cpus.is_some() && (limits.cpu_quota.is_some() || limits.cpu_period.is_some()) {
        bail!("--cpus and --cpu-quota or --cpu-period are the same limit: give one of them");
    }
    if limits.blkio_weight.is_some_and(|weight| !(10..=1000).contains(&weight)) {
        bail!("range of blkio weight is from 10 to 1000");
    }
    for set in [&limits.cpuset_cpus, &limits.cpuset_mems].into_iter().flatten() {
        if set.is_empty() || !set.bytes().all(|b| b.is_ascii_digit() || b",-".contains(&b)) {
            bail!("invalid list of processors or memory nodes {set:?}: expected one like 0-2,7");
        }
    }
    Ok(())
}

/// Parses a size (`64m`, `1gb`, `65536`) into bytes. Docker's units are powers of 1024.
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
    fn limits_that_contradict_each_other_are_refused() {
        let memory = Limits {
            memory: Some(64 << 20),
            ..Limits::default()
        };
        check(&memory).unwrap();
        for bad in [
            Limits {
                memory: Some(1 << 20),
                ..Limits::default()
            },
            Limits {
                memory_swap: Some(1 << 20),
                ..memory.clone()
            },
            Limits {
                memory_swap: Some(1 << 20),
                ..Limits::default()
            },
            Limits {
                memory_reservation: Some(65 << 20),
                ..memory.clone()
            },
            Limits {
                blkio_weight: Some(5),
                ..Limits::default()
            },
            Limits {
                cpuset_cpus: Some("0;1".into()),
                ..Limits::default()
            },
            Limits {
                nano_cpus: Some(1),
                cpu_quota: Some(1),
                ..Limits::default()
            },
        ] {
            assert!(check(&bad).is_err(), "{bad:?}");
        }
        assert_eq!(nano_cpus("1.5").unwrap(), 1_500_000_000);
        assert!(nano_cpus("0").is_err() && nano_cpus("x").is_err());
        assert_eq!((swap("-1").unwrap(), swap("1k").unwrap()), (-1, 1024));
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
