//! The options of `run` and `create` that say how the container is watched over while it runs.

use crate::container::{Notify, Supervision};
use anyhow::Result;

/// See the module.
#[derive(Debug, clap::Args)]
pub(super) struct SupervisionOptions {
    /// Who tells the service manager (NOTIFY_SOCKET) that the container is ready: a program in it, or lamel when its command runs
    #[arg(
        long,
        value_name = "container|conmon|ignore",
        default_value = "container",
        hide_default_value = true
    )]
    sdnotify: Notify,
}

impl SupervisionOptions {
    pub(super) fn supervision(self) -> Result<Supervision> {
        Ok(Supervision { notify: self.sdnotify })
    }
}
