//! Attaching to a running container, through its supervisor's socket in the run directory.

use crate::container::Container;
use crate::container::run::attachment::SOCKET;
use crate::container::run::monitor;
use crate::container::state::journal::JournalReader;
use crate::container::state::status::Status;
use crate::runtime::attach::client::{AttachClient, AttachOutcome, ClientOptions};
use crate::runtime::attach::protocol::Channel;
use crate::store::Store;
use anyhow::{Context, Result, bail};

/// Attaches to a running container, until it ends or the user detaches.
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
    // Opened now: the container may be removed when it ends.
    let journal = JournalReader::open(&container.dir)?;
    let client = AttachClient::new(options)?;
    let channel = Channel::connect(&container.run_dir(store).join(SOCKET))?;
    let channel = channel.with_context(|| {
        format!("cannot attach to container {name}: its output goes straight to where it was run, and is not copied")
    })?;
    let outcome = client.run(channel)?;
    monitor::told_outcome(outcome, journal.as_ref(), name)
}
