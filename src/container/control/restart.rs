//! Stopping a container that is started again at once.

use crate::container::Container;
use crate::container::control::stop::stop;
use crate::container::state::restarting;
use anyhow::Result;

/// Stops a container as `stop` does. One with `--rm` does not remove itself.
pub fn stop_to_restart(container: &Container, signal: Option<i32>, timeout: Option<i64>) -> Result<()> {
    if container.config.host.auto_remove {
        restarting::mark(&container.dir)?;
    }
    stop(container, signal, timeout)
}
