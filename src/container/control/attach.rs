//! Attaching to a container that runs: by the socket of its supervisor, in its run directory.

use crate::container::Container;
use crate::container::state::journal::Watch;
use crate::container::state::status::Status;
use crate::runtime::attach::client::{AttachClient, AttachOutcome, ClientOptions};
use crate::runtime::attach::protocol::Channel;
use crate::store::Store;
use anyhow::{Context, Result, bail};

/// The socket's name.
pub const SOCKET: &str = "attach";

/// Stays attached to a container that runs, until it ends or the user leaves.
pub fn attach(store: &Store, container: &Container, options: ClientOptions) -> Result<AttachOutcome> {
    let name = &container.record.name;
    match container.state()?.status {
        Status::Running => {}
        Status::Paused => bail!("cannot attach to a paused container, unpause it first"),
        Status::Restarting => bail!("cannot attach to a restarting container, wait until it is running"),
        Status::Starting => bail!("cannot attach to a container that is starting, wait until it is running"),
        Status::Created | Status::Exited | Status::Dead => {
            bail!("cannot attach to a stopped container, start it first")
        }
    }
    // Held open: it may be removed when it ends.
    let watch = Watch::open(&container.dir)?;
    let client = AttachClient::new(options)?;
    let channel = Channel::connect(&container.run_dir(store).join(SOCKET))?;
    let channel = channel.with_context(|| {
        format!("cannot attach to container {name}: its output goes straight to where it was run, and is not copied")
    })?;
    let parted = client.run(channel)?;
    settle(parted, watch.as_ref(), name)
}

/// Where the supervisor said nothing, its record of the container's life may.
pub fn settle(parted: AttachOutcome, watch: Option<&Watch>, name: &str) -> Result<AttachOutcome> {
    if parted != AttachOutcome::Lost {
        return Ok(parted);
    }
    match watch.map(Watch::state) {
        Some(state) if state.status == Status::Exited => Ok(AttachOutcome::Ended(state.code)),
        _ => bail!("the monitor of container {name} is gone"),
    }
}
