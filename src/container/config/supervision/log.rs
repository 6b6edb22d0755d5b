//! Where a container's output is kept, and how much of it: `--log-driver` and `--log-opt`.

use crate::container::config::process::ulimits::bytes;
use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// The log driver, by Docker's and podman's names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Driver {
    /// A file in Docker's format.
    #[default]
    JsonFile,
    /// A file in podman's format.
    K8sFile,
    /// systemd-journald.
    Journald,
    /// The output is not kept.
    None,
    /// The container gets the standard streams of the command that runs it, and nothing is kept.
    Passthrough,
}

const DRIVERS: [(&str, Driver); 5] = [
    ("json-file", Driver::JsonFile),
    ("k8s-file", Driver::K8sFile),
    ("journald", Driver::Journald),
    ("none", Driver::None),
    ("passthrough", Driver::Passthrough),
];

impl FromStr for Driver {
    type Err = anyhow::Error;

    fn from_str(name: &str) -> Result<Driver> {
        match DRIVERS.iter().find(|(known, _)| *known == name) {
            Some((_, driver)) => Ok(*driver),
            None => bail!(
                "unknown log driver {name:?}: {} are known",
                DRIVERS.map(|(name, _)| name).join(", ")
            ),
        }
    }
}

impl fmt::Display for Driver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = DRIVERS.iter().find(|(_, driver)| driver == self);
        f.write_str(name.map_or("", |(name, _)| name))
    }
}

impl Driver {
    /// The keys that `--log-opt` may set.
    fn options(self) -> &'static [&'static str] {
        match self {
            Driver::JsonFile => &["max-size", "max-file", "labels", "env", "tag"],
            Driver::K8sFile => &["max-size", "max-file"],
            Driver::Journald => &["tag"],
            Driver::None | Driver::Passthrough => &[],
        }
    }
}

/// A driver and its options, checked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogConfig {
    pub driver: Driver,
    /// As given.
    pub options: BTreeMap<String, String>,
}

impl LogConfig {
    /// Parses `options`, each `KEY=VALUE`. `max_size`: the default for drivers that have this option.
    pub fn new(driver: Driver, options: &[String], max_size: Option<&str>) -> Result<LogConfig> {
        let mut config = LogConfig {
            driver,
            options: BTreeMap::new(),
        };
        let known = driver.options();
        if let Some(size) = max_size.filter(|_| known.contains(&"max-size")) {
            config.options.insert("max-size".into(), size.into());
        }
        for option in options {
            let (key, value) = option
                .split_once('=')
                .with_context(|| format!("log option {option:?} is not KEY=VALUE"))?;
            ensure!(
                known.contains(&key),
                "unknown log option {key:?} of the log driver {driver}"
            );
            config.options.insert(key.into(), value.into());
        }
        config.max_size()?;
        config.max_file()?;
        Ok(config)
    }

    /// The largest size of one file in bytes; `None`: no limit.
    pub fn max_size(&self) -> Result<Option<u64>> {
        let Some(text) = self.options.get("max-size").filter(|text| *text != "-1") else {
            return Ok(None);
        };
        let size = bytes(text).context("log option max-size")?;
        ensure!(size > 0, "log option max-size: it cannot be 0");
        Ok(Some(size))
    }

    /// The largest number of files.
    pub fn max_file(&self) -> Result<u32> {
        let number = self.options.get("max-file").map_or(Ok(1), |text| text.parse::<u32>());
        match number {
            Ok(number @ 1..=1000) => Ok(number),
            _ => bail!("log option max-file: it is a number from 1 to 1000"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_those_of_the_driver_and_checked() {
        let config = |driver: &str, options: &[&str]| {
            let options: Vec<String> = options.iter().map(|option| option.to_string()).collect();
            let config = LogConfig::new(driver.parse()?, &options, Some("1m"))?;
            Ok::<_, anyhow::Error>((config.max_size()?, config.max_file()?))
        };
        assert_eq!(config("json-file", &[]).unwrap(), (Some(1 << 20), 1));
        assert_eq!(config("json-file", &["max-size=-1"]).unwrap(), (None, 1));
        assert_eq!(
            config("k8s-file", &["max-size=2k", "max-file=3"]).unwrap(),
            (Some(2048), 3)
        );
        assert_eq!(config("journald", &["tag={{.Name}}"]).unwrap(), (None, 1));
        for (driver, option, error) in [
            (
                "syslog",
                "",
                "unknown log driver \"syslog\": json-file, k8s-file, journald, none, passthrough are known",
            ),
            (
                "none",
                "max-size=1",
                "unknown log option \"max-size\" of the log driver none",
            ),
            ("json-file", "max-size", "log option \"max-size\" is not KEY=VALUE"),
            ("json-file", "max-size=0", "log option max-size: it cannot be 0"),
            (
                "json-file",
                "max-file=0",
                "log option max-file: it is a number from 1 to 1000",
            ),
        ] {
            assert_eq!(config(driver, &[option]).unwrap_err().to_string(), error);
        }
    }
}
