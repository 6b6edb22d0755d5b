//! The monitor: the small process that `run -d` and `start` leave behind, one for each container.
//!
//! It does what the foreground does, and serves those who attach. `run -t` has one as well: its user may leave, or lose the terminal, and
//! the container goes on. The command is then only the attach client, attached before the container starts, so that nothing is missed.

use crate::container::Container;
use crate::container::control::attach::settle;
use crate::container::processes::background;
use crate::container::run::attachment::Attachment;
use crate::container::run::notify;
use crate::container::run::{begin_again, begin_new, live};
use crate::container::state::journal::{Life, Watch};
use crate::runtime::attach::client::{Front, FrontOptions, Parted};
use crate::runtime::attach::protocol::Channel;
use crate::runtime::attach::terminal::window;
use crate::store::Store;
use crate::sys::userns::enter::Mapping;
use anyhow::{Context, Result};

/// How a life is begun.
type Begin = fn(&Container) -> Result<Life>;

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

/// Runs a container that this process has just made, and stays attached to it as long as the user does.
pub fn run_with_client(
    store: &Store,
    container: &Container,
    mapping: Mapping,
    options: ClientOptions,
) -> Result<AttachOutcome> {
    with_front(store, container, mapping, begin_new, options)
}

/// Runs a container that was made earlier, and stays attached to it as long as the user does.
pub fn start_with_client(
    store: &Store,
    container: &Container,
    mapping: Mapping,
    options: ClientOptions,
) -> Result<AttachOutcome> {
    with_front(store, container, mapping, begin_again, options)
}

/// What ps(1) shows of the process.
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
    // Before there is anything to interrupt: from here on signals are for the container.
    let client = AttachClient::new(options)?;
    let (ours, theirs) = Channel::pair().context("making a connection")?;
    // Each side keeps its own end alone.
    let (mut ours, mut theirs) = (Some(ours), Some(theirs));
    let window = window();
    background::leave(&title(container), |started| {
        drop(ours.take());
        let attachment = Attachment::detached(container, theirs.take(), window);
        monitor(store, container, mapping, begin, attachment, started)
    })?;
    drop(theirs);
    // It started this process, and hears no other.
    notify::started(container.config.host.supervision.notify);
    let watch = Watch::open(&container.dir)?;
    let parted = client.run(ours.context("making a connection")?)?;
    settle(parted, watch.as_ref(), &container.record.name)
}

/// The monitor's life.
fn monitor(
    store: &Store,
    container: &Container,
    mapping: Mapping,
    begin: Begin,
    attachment: Attachment,
    started: &mut dyn FnMut(),
) -> Result<()> {
    let life = begin(container)?;
    live(store, container, mapping, life, attachment, started).map(drop)
}
