//! The monitor: the small background process that supervises a container after `run -d` and `start`, one for each
//! container.
//!
//! It does what the foreground does, and serves attached clients. `run -t` has a monitor as well, because its user may
//! detach, or lose the terminal, and the container goes on. The command is then a client, attached before the container
//! starts, so that no output is missed.

use crate::container::Container;
use crate::container::processes::background;
use crate::container::run::attachment::Attachment;
use crate::container::run::notify;
use crate::container::run::{begin_again, begin_new, live};
use crate::container::state::journal::{Journal, JournalReader};
use crate::container::state::status::Status;
use crate::runtime::attach::client::{AttachClient, AttachOutcome, ClientOptions};
use crate::runtime::attach::protocol::Channel;
use crate::runtime::attach::terminal::window;
use crate::store::Store;
use crate::sys::userns::enter::Mapping;
use anyhow::{Context, Result, bail};

/// How the journal is begun: `begin_new` or `begin_again`.
type Begin = fn(&Container) -> Result<Journal>;

/// Runs a container that this process has just made, detached. Returns when its command runs.
pub fn run_detached(store: &Store, container: &Container, mapping: Mapping) -> Result<()> {
    background::leave(&title(container), |started| {
        monitor(
            store,
            container,
            mapping,
            begin_new,
            Attachment::detached(container, None, None),
            started,
        )
    })
}

/// Runs a container that was made earlier, detached. Returns when its command runs.
pub fn start_detached(store: &Store, container: &Container, mapping: Mapping) -> Result<()> {
    background::leave(&title(container), |started| {
        monitor(
            store,
            container,
            mapping,
            begin_again,
            Attachment::detached(container, None, None),
            started,
        )
    })
}

/// Runs a container that this process has just made, in a monitor, and attaches to it until it ends or the user
/// detaches.
pub fn run_with_client(
    store: &Store,
    container: &Container,
    mapping: Mapping,
    options: ClientOptions,
) -> Result<AttachOutcome> {
    with_front(store, container, mapping, begin_new, options)
}

/// Runs a container that was made earlier, in a monitor, and attaches to it until it ends or the user detaches.
pub fn start_with_client(
    store: &Store,
    container: &Container,
    mapping: Mapping,
    options: ClientOptions,
) -> Result<AttachOutcome> {
    with_front(store, container, mapping, begin_again, options)
}

/// The process title, as ps(1) shows it.
fn title(container: &Container) -> String {
    format!("lamel: {}", container.record.name)
}

fn with_front(
    store: &Store,
    container: &Container,
    mapping: Mapping,
    begin: Begin,
    options: ClientOptions,
) -> Result<AttachOutcome> {
    // Made first: from here on, signals are forwarded to the container.
    let client = AttachClient::new(options)?;
    let (ours, theirs) = Channel::pair().context("making a connection")?;
    // Each process keeps only its own end.
    let (mut ours, mut theirs) = (Some(ours), Some(theirs));
    let window = window();
    background::leave(&title(container), |started| {
        drop(ours.take());
        let attachment = Attachment::detached(container, theirs.take(), window);
        monitor(store, container, mapping, begin, attachment, started)
    })?;
    drop(theirs);
    // The service manager started this process and accepts messages only from it.
    notify::started(container.config.host.supervision.notify);
    let journal = JournalReader::open(&container.dir)?;
    let outcome = client.run(ours.context("making a connection")?)?;
    told_outcome(outcome, journal.as_ref(), &container.record.name)
}

/// The monitor's work.
fn monitor(
    store: &Store,
    container: &Container,
    mapping: Mapping,
    begin: Begin,
    attachment: Attachment,
    started: &mut dyn FnMut(),
) -> Result<()> {
    let journal = begin(container)?;
    live(store, container, mapping, journal, attachment, started).map(drop)
}

/// How an attached client ended. If the supervisor was lost without a word, the container's journal tells.
pub fn told_outcome(outcome: AttachOutcome, journal: Option<&JournalReader>, name: &str) -> Result<AttachOutcome> {
    if outcome != AttachOutcome::Lost {
        return Ok(outcome);
    }
    match journal.map(JournalReader::state) {
        Some(state) if state.status == Status::Exited => Ok(AttachOutcome::Ended(state.code)),
        _ => bail!("the monitor of container {name} is gone"),
    }
}
