//! `--restart`: when a container that has ended is started again.

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// The restart policy.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum RestartPolicy {
    #[default]
    No,
    Always,
    /// Always, except after a stop.
    UnlessStopped,
    /// If its exit code is not 0; at most this many times, if a number is given.
    OnFailure {
        attempts: Option<u32>,
    },
}

impl RestartPolicy {
    /// Docker's word, as `inspect` shows it.
    pub fn name(self) -> &'static str {
        match self {
            RestartPolicy::No => "no",
            RestartPolicy::Always => "always",
            RestartPolicy::UnlessStopped => "unless-stopped",
            RestartPolicy::OnFailure { .. } => "on-failure",
        }
    }

    /// The limit of restarts; 0 for none.
    pub fn maximum_attempts(self) -> u32 {
        match self {
            RestartPolicy::OnFailure { attempts } => attempts.unwrap_or(0),
            _ => 0,
        }
    }
}

impl FromStr for RestartPolicy {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<RestartPolicy> {
        let (name, attempts) = match text.split_once(':') {
            Some((name, attempts)) => (name, Some(attempts)),
            None => (text, None),
        };
        let policy = match name {
            "no" | "" | "never" => RestartPolicy::No,
            "always" => RestartPolicy::Always,
            "unless-stopped" => RestartPolicy::UnlessStopped,
            "on-failure" => {
                let attempts = attempts.map(|number| number.parse::<u32>()).transpose();
                let attempts = attempts.with_context(|| format!("maximum retry count of {text:?}"))?;
                return Ok(RestartPolicy::OnFailure {
                    attempts: attempts.filter(|number| *number > 0),
                });
            }
            _ => bail!("invalid restart policy {text:?}: no, always, unless-stopped and on-failure[:NUMBER] are known"),
        };
        if attempts.is_some() {
            bail!("maximum retry count cannot be used with restart policy '{name}'");
        }
        Ok(policy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_are_dockers() {
        let read = |text: &str| text.parse::<RestartPolicy>().map_err(|error| format!("{error:#}"));
        assert_eq!(read("no"), Ok(RestartPolicy::No));
        assert_eq!(read("on-failure"), Ok(RestartPolicy::OnFailure { attempts: None }));
        assert_eq!(read("on-failure:3"), Ok(RestartPolicy::OnFailure { attempts: Some(3) }));
        assert_eq!(
            read("always:3"),
            Err("maximum retry count cannot be used with restart policy 'always'".into())
        );
        assert!(read("sometimes").is_err() && read("on-failure:x").is_err());
    }
}
