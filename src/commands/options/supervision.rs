//! The options of `run` and `create` that say how the container is watched over while it runs.

use crate::commands::context::Context;
use crate::commands::options::health::HealthOptions;
use crate::container::config::log::{Driver, LogConfig};
use crate::container::config::restart_policy::RestartPolicy;
use crate::container::config::supervision::{Notify, Supervision};
use crate::settings::Setting;
use anyhow::{Context as _, Result, ensure};

/// See the module.
#[derive(Debug, clap::Args)]
pub struct SupervisionOptions {
    /// Who tells the service manager (NOTIFY_SOCKET) that the container is ready: a program in it, or lamel when its command runs
    #[arg(
        long,
        value_name = "container|conmon|ignore",
        default_value = "container",
        hide_default_value = true
    )]
    sdnotify: Notify,
    /// Who keeps the output: json-file, k8s-file, journald, none or passthrough
    #[arg(long, value_name = "DRIVER")]
    log_driver: Option<Driver>,
    /// max-size=SIZE and max-file=NUMBER of files, tag=TAG of journald
    #[arg(long, value_name = "KEY=VALUE")]
    log_opt: Vec<String>,
    /// When it ends without being stopped, start it again, as long as the host is up; at boot a systemd unit starts it (generate systemd)
    #[arg(
        long,
        value_name = "no|always|unless-stopped|on-failure[:MAX]",
        default_value = "no",
        hide_default_value = true
    )]
    restart: RestartPolicy,
    /// Kill the container when it has run this long; 0: never
    #[arg(long, value_name = "SECONDS")]
    timeout: Option<u64>,
    #[command(flatten)]
    health: HealthOptions,
}

impl SupervisionOptions {
    pub fn restart(&self) -> RestartPolicy {
        self.restart
    }

    /// `apart`: nobody has the container's streams themselves.
    pub fn supervision(self, context: &Context, apart: bool) -> Result<Supervision> {
        let settings = context.settings()?;
        let by_setting = || match &settings.log_driver {
            Some(Setting { value, origin }) => value.parse().with_context(|| format!("log driver by {origin}")),
            None => Ok(Driver::default()),
        };
        let driver = self.log_driver.map_or_else(by_setting, Ok)?;
        ensure!(
            driver != Driver::Passthrough || !apart,
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
