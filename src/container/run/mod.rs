//! The walk of `run`: all runs of a container, in the process that supervises it, in the foreground or in the
//! background.
//!
//! Nothing is synced on this path, and no lock is held while the container runs. The process is in its user namespace
//! already (as root: in a private mount namespace), and it has one thread, because it forks.

pub mod attachment;
pub mod backoff;
pub mod hooks;
pub mod monitor;
pub mod mount_points;
pub mod notify;
pub mod prepare;
pub mod rootfs;
pub mod teardown;
pub mod troubles;

use crate::container::health::status;
use crate::container::processes::not_started::code_of;
use crate::container::run::attachment::Attachment;
use crate::container::run::backoff::Restarts;
use crate::container::run::hooks::Hooks;
use crate::container::run::troubles::Troubles;
use crate::container::state::journal::Journal;
use crate::container::state::{lock, restarting, stopped};
use crate::container::{Container, volume};
use crate::runtime::create::container;
use crate::store::Store;
use crate::sys::process::signal;
use crate::sys::userns::enter::Mapping;
use crate::text::error::chain;
use anyhow::{Context, Result, bail};
use std::time::Instant;

/// How a container's last run ended.
#[derive(Debug)]
pub struct Ended {
    /// The exit code of its first process.
    pub code: i32,
    /// What went wrong besides, and what could not be torn down, as sentences for the user.
    pub troubles: Vec<String>,
}

/// Begins the journal of a container that this process made and claimed.
pub fn begin_new(container: &Container) -> Result<Journal> {
    Journal::begin(&container.dir)
}

/// Begins a new journal of an existing container, unless it is active. Takes the container's lock.
pub fn begin_again(container: &Container) -> Result<Journal> {
    let _lock = lock::lock(&container.dir)?;
    if container.state()?.is_active() {
        bail!("container {} is running already", container.record.name);
    }
    restarting::forget(&container.dir)?;
    stopped::forget(&container.dir)?;
    Journal::begin(&container.dir)
}

/// Runs a container that this process has just made, in the foreground.
///
/// `preserved`: how many of this process's descriptors after the first three the container inherits.
pub fn run(store: &Store, container: &Container, mapping: Mapping, input: bool, preserved: u32) -> Result<Ended> {
    let attachment = Attachment::foreground(&container.config, input, preserved)?;
    let journal = begin_new(container)?;
    live(store, container, mapping, journal, attachment, &mut || ())
}

/// Runs a container that was made earlier, in the foreground.
pub fn start_attached(store: &Store, container: &Container, mapping: Mapping, input: bool) -> Result<Ended> {
    let attachment = Attachment::foreground(&container.config, input, 0)?;
    let journal = begin_again(container)?;
    live(store, container, mapping, journal, attachment, &mut || ())
}

/// Runs a container until it ends for good: the restarts that its policy asks for, teardown, the end in the journal,
/// removal (`--rm`). `started` is called when the command first runs.
///
/// An error says why the container could not be started; then everything is torn down as well. After it has run once,
/// nothing that goes wrong costs its exit code: troubles are gathered over all runs.
pub fn live(
    store: &Store,
    container: &Container,
    mapping: Mapping,
    mut journal: Journal,
    mut attachment: Attachment,
    started: &mut dyn FnMut(),
) -> Result<Ended> {
    // Held back while there is no container to forward them to, and during teardown.
    let signals = signal::Held::all().context("holding signals back")?;
    let mut troubles = Troubles::default();
    let last = run_and_restart(
        store,
        container,
        mapping,
        &mut journal,
        &mut attachment,
        &signals,
        started,
        &mut troubles,
    );
    let ended = match &last.outcome {
        Ok(code) => journal.ended(*code, last.out_of_memory),
        Err(error) => journal.failed(code_of(error), &chain(error)),
    };
    troubles.note(ended);
    if container.config.host.auto_remove && !restarting::is_pending(&container.dir) {
        troubles.note(store.remove_container(&container.record));
        troubles.note(volume::remove_own(store, &container.config));
    }
    // A late signal must not replace the exit code, or cut off the last output.
    troubles.note(signals.discard().context("reading signals"));
    let code = match (last.outcome, last.code_before) {
        (Ok(code), _) => code,
        (Err(error), None) => return Err(error),
        (Err(error), Some(code)) => {
            troubles.note::<()>(Err(error.context("not started again")));
            code
        }
    };
    // Attached clients are told last: when they exit, nothing of this run is left that a next command could meet.
    attachment.clients.close(code, &signals, None);
    troubles.note(signals.discard().context("reading signals"));
    Ok(Ended {
        code,
        troubles: troubles.into_words(),
    })
}

/// The last of a container's runs.
struct LastRun {
    /// The exit code; an error says why it was not started.
    outcome: Result<i32>,
    /// The exit code of the run before, if there was one.
    code_before: Option<i32>,
    /// Whether the kernel killed a process for want of memory.
    out_of_memory: bool,
}

/// Runs a container, and again as long as its restart policy says so and nobody stopped it. Each run is torn down.
#[expect(clippy::too_many_arguments, reason = "the parts of one walk, each with one owner")]
fn run_and_restart(
    store: &Store,
    container: &Container,
    mapping: Mapping,
    journal: &mut Journal,
    attachment: &mut Attachment,
    signals: &signal::Held,
    started: &mut dyn FnMut(),
    troubles: &mut Troubles,
) -> LastRun {
    let mut restarts = Restarts::default();
    let mut current = container.clone();
    let mut code_before = None;
    loop {
        let begun = Instant::now();
        let outcome = run_once(store, &current, mapping, journal, attachment, started, troubles);
        let out_of_memory = teardown::after_run(store, container, troubles);
        let last = |outcome, code_before| LastRun {
            outcome,
            code_before,
            out_of_memory,
        };
        let code = match outcome {
            Ok(Run { code, stopped: false }) if !stopped::is_marked(&container.dir) => code,
            outcome => return last(outcome.map(|run| run.code), code_before),
        };
        code_before = Some(code);
        current = container.reread(store).unwrap_or(current);
        let Some(pause) = restarts.next(current.config.host.restart, code, begun.elapsed()) else {
            return last(Ok(code), code_before);
        };
        let recorded = journal.restarting(code, out_of_memory, restarts.count);
        if troubles.note(recorded.context("not started again")).is_none() {
            return last(Ok(code), code_before);
        }
        let until = Instant::now() + pause;
        // A client is attached to one run only.
        let clients = std::mem::take(&mut attachment.clients);
        clients.close(code, signals, Some(until));
        let goes_on = troubles.note(backoff::wait_until(until, signals)) == Some(true);
        if !goes_on || stopped::is_marked(&container.dir) {
            return last(Ok(code), code_before);
        }
        current = container.reread(store).unwrap_or(current);
    }
}

/// How one run ended.
struct Run {
    code: i32,
    /// Whether a stop signal came through the supervisor.
    stopped: bool,
}

/// One run, without teardown. An error says why the container was not started; what goes wrong later is in `troubles`.
fn run_once(
    store: &Store,
    container: &Container,
    mapping: Mapping,
    journal: &mut Journal,
    attachment: &mut Attachment,
    started: &mut dyn FnMut(),
    troubles: &mut Troubles,
) -> Result<Run> {
    let mut prepared = prepare::container(store, container, mapping, attachment.notify)?;
    let mut log = attachment.open(container, &prepared.run_dir)?;
    status::begin(container)?;
    let created = container::create(&prepared.create_options(attachment.preserved), attachment.io)?;
    // Recorded while the process still waits: no process ever runs that the journal does not name.
    if let Err(error) = journal.started(created.init()) {
        created.discard();
        return Err(error);
    }
    let mut running = created.start()?;
    notify::started(attachment.notify);
    started();
    let mut hooks = Hooks::new(store, container, prepared.notify.take());
    let (code, relayed) = running.supervise(&mut attachment.clients, &mut hooks, &mut |stream, bytes| {
        if let Some(log) = &mut log {
            log.write(stream, bytes);
        }
    });
    troubles.note(relayed);
    let logged = log.map_or(Ok(()), |log| log.finish());
    troubles.note(logged.context("the container's log is not complete"));
    Ok(Run {
        code,
        stopped: hooks.stopped,
    })
}

impl Container {
    /// The container as it is recorded now: `update` and `network connect` change it while it runs.
    fn reread(&self, store: &Store) -> Option<Container> {
        let record = store.find_container(&self.record.id).ok().flatten()?;
        Container::from_record(store, record).ok()
    }
}
