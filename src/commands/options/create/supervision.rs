//! The options of `create` and `run` on supervision: log, restarts, readiness, timeout, health.

use crate::commands::context::Context;
use crate::commands::options::create::health::HealthOptions;
use crate::container::config::supervision::log::{Driver, LogConfig};
use crate::container::config::supervision::restart_policy::RestartPolicy;
use crate::container::config::supervision::{Notify, Supervision};
use crate::settings::Setting;
use anyhow::{Context as _, Result, ensure};

/// How a container is supervised while it runs.
#[derive(Debug, clap::Args)]
pub struct SupervisionOptions {
    /// Who reports READY=1 to systemd: a program in the container, or lamel when the command runs
    #[arg(
        long,
        value_name = "container|conmon|ignore",
        default_value = "container",
        hide_default_value = true,
        help_heading = "Container"
    )]
    sdnotify: Notify,
    /// Log driver: json-file, k8s-file, journald, none or passthrough
    #[arg(long, value_name = "DRIVER", help_heading = "Logging")]
    log_driver: Option<Driver>,
    /// Set a log option: max-size=SIZE, max-file=NUMBER, tag=TAG, labels=…, env=…
    #[arg(long, value_name = "KEY=VALUE", help_heading = "Logging")]
    log_opt: Vec<String>,
    /// Restart policy while the host is up; to start at boot, use generate systemd
    #[arg(
        long,
        value_name = "no|always|unless-stopped|on-failure[:MAX]",
        default_value = "no",
        hide_default_value = true,
        help_heading = "Container"
    )]
    restart: RestartPolicy,
    /// Kill the container after this many seconds; 0 never does
    #[arg(long, value_name = "SECONDS", help_heading = "Container")]
    timeout: Option<u64>,
    #[command(flatten, next_help_heading = "Health check")]
    health: HealthOptions,
}

impl SupervisionOptions {
    pub fn restart(&self) -> RestartPolicy {
        self.restart
    }

    /// `is_apart`: whether the container does not use the standard streams of this command, because it has a terminal
    /// of its own or runs in the background.
    pub fn supervision(self, context: &Context, is_apart: bool) -> Result<Supervision> {
        let settings = context.settings()?;
        let by_setting = || match &settings.log_driver {
            Some(Setting { value, origin }) => value.parse().with_context(|| format!("log driver by {origin}")),
            None => Ok(Driver::default()),
        };
        let driver = self.log_driver.map_or_else(by_setting, Ok)?;
        ensure!(
            driver != Driver::Passthrough || !is_apart,
            "the log driver passthrough is for a run in the foreground without a terminal"
        );
        let max_size = settings.log_max_size.as_ref().map(|set| set.value.as_str());
        Ok(Supervision {
            notify: self.sdnotify,
            log: LogConfig::new(driver, &self.log_opt, max_size)?,
            timeout: self.timeout.filter(|seconds| *seconds != 0),
            health: self.health.check()?,
        })
    }
}
