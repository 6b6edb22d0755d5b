//! The walk of `run`: a container's whole life in the process that supervises it, in the foreground or detached.
//!
//! Nothing is synced on this path and no lock is held while the container runs. The process is in its user namespace already (as root:
//! in a private mount namespace) and has one thread, since it forks.

pub mod attachment;
pub mod backoff;
pub mod hooks;
pub mod monitor;
pub mod mount_points;
pub mod notify;
pub mod rootfs;
pub mod teardown;
pub mod troubles;

use crate::container::config::runtime_spec;
use crate::container::control::{attach, restart, stop};
use crate::container::health::status;
use crate::container::log::write;
use crate::container::network::etc;
use crate::container::network::{addresses, bridges};
use crate::container::processes::shared_namespaces;
use crate::container::run::attachment::Attachment;
use crate::container::run::backoff::Restarts;
use crate::container::run::hooks::Watchman;
use crate::container::run::rootfs::Root;
use crate::container::run::troubles::Troubles;
use crate::container::state::journal;
use crate::container::state::journal::Life;
use crate::container::{Container, volume};
use crate::runtime::attach::streams::Output;
use crate::runtime::create::container;
use crate::runtime::create::executor::report::CommandError;
use crate::runtime::security::users;
use crate::store::Store;
use crate::sys::process::signal;
use crate::sys::userns::enter::Mapping;
use anyhow::{Context, Result, bail};
use std::fs::File;
use std::os::fd::AsFd;
use std::time::Instant;

/// How a container's run came out.
#[derive(Debug)]
pub struct Ended {
    /// The exit code of its first process.
    pub code: i32,
    /// What went wrong beside it, and what could not be cleared away, in words.
    pub left: Vec<String>,
}

/// Why a container, or a further process in one, did not start; `code` is what the command line answers with.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct NotStarted {
    pub code: i32,
    pub message: String,
}

/// Begins the life of a container that this process made and claimed.
pub fn begin_new(container: &Container) -> Result<Life> {
    Life::begin(&container.dir)
}

/// Begins another life of a container, unless it is active.
pub fn begin_again(container: &Container) -> Result<Life> {
    let _lock = journal::lock(&container.dir)?;
    if container.state()?.is_active() {
        bail!("container {} is running already", container.record.name);
    }
    restart::done(&container.dir)?;
    stop::forget_stopped(&container.dir)?;
    Life::begin(&container.dir)
}

/// Runs a container that this process has just made, from mount to end, in the foreground.
///
/// `preserved`: how many of this process's descriptors after the first three are the container's, too.
pub fn run(store: &Store, container: &Container, mapping: Mapping, input: bool, preserved: u32) -> Result<Ended> {
    let attachment = Attachment::foreground(&container.config, input, preserved)?;
    let life = begin_new(container)?;
    live(store, container, mapping, life, attachment, &mut || ())
}

/// Runs a container that was made earlier, in the foreground.
pub fn start_attached(store: &Store, container: &Container, mapping: Mapping, input: bool) -> Result<Ended> {
    let attachment = Attachment::foreground(&container.config, input, 0)?;
    let life = begin_again(container)?;
    live(store, container, mapping, life, attachment, &mut || ())
}

/// The whole life: start, wait, clear away, record the end or remove. `started` hears when the command runs. An error
/// says why the container could not be started; what there was of it is cleared away then, too. Once it ran, nothing
/// that goes wrong costs its exit code.
pub fn live(
    store: &Store,
    container: &Container,
    mapping: Mapping,
    mut life: Life,
    mut attachment: Attachment,
    started: &mut dyn FnMut(),
) -> Result<Ended> {
    // Kept back until there is a container to forward them to, and while it is cleared away.
    let signals = signal::Held::all().context("holding signals back")?;
    let mut troubles = Troubles::default();
    let mut restarts = Restarts::default();
    let mut current = container.clone();
    // The exit code of the run before.
    let mut before = None;
    let (outcome, out_of_memory) = loop {
        let begun = Instant::now();
        let outcome = start_and_wait(
            store,
            &current,
            mapping,
            &mut life,
            &mut attachment,
            started,
            &mut troubles,
        );
        let out_of_memory = teardown::after_run(store, container, &mut troubles);
        let code = match outcome {
            Ok(Run { code, stopped: false }) if !stop::is_stopped(&container.dir) => code,
            outcome => break (outcome.map(|run| run.code), out_of_memory),
        };
        before = Some(code);
        current = container.again(store).unwrap_or(current);
        let Some(pause) = restarts.next(current.config.host.restart, code, begun.elapsed()) else {
            break (Ok(code), out_of_memory);
        };
        let recorded = life.restarting(code, out_of_memory, restarts.count);
        if troubles.note(recorded.context("not started again")).is_none() {
            break (Ok(code), out_of_memory);
        }
        let until = Instant::now() + pause;
        // Who is attached hears of one run alone.
        let clients = std::mem::take(&mut attachment.clients);
        clients.close(code, &signals, Some(until));
        let goes_on = troubles.note(restart::wait_until(until, &signals)) == Some(true);
        if !goes_on || stop::is_stopped(&container.dir) {
            break (Ok(code), out_of_memory);
        }
        current = container.again(store).unwrap_or(current);
    };
    troubles.note(match &outcome {
        Ok(code) => life.ended(*code, out_of_memory),
        Err(error) => life.failed(code_of(error), &format!("{error:#}")),
    });
    if container.config.host.auto_remove && !restart::is_pending(&container.dir) {
        troubles.note(store.remove_container(&container.record));
        troubles.note(volume::remove_own(store, &container.config));
    }
    // One more that came for a container that is gone must not cost its exit code, or what it wrote last.
    troubles.note(signals.discard().context("reading signals"));
    let code = match (outcome, before) {
        (Ok(code), _) => code,
        (Err(error), None) => return Err(error),
        (Err(error), Some(code)) => {
            troubles.note::<()>(Err(error.context("not started again")));
            code
        }
    };
    // Now there is nothing of it left that whoever hears this could run into.
    attachment.clients.close(code, &signals, None);
    troubles.note(signals.discard().context("reading signals"));
    Ok(Ended {
        code,
        left: troubles.into_words(),
    })
}

/// The code that the command line answers an error with: 125, unless the error brings its own.
pub fn code_of(error: &anyhow::Error) -> i32 {
    let ours = error.downcast_ref::<NotStarted>().map(|error| error.code);
    let runtimes = error.downcast_ref::<CommandError>().map(|error| error.exit_code);
    ours.or(runtimes).unwrap_or(125)
}

/// One run of the container.
struct Run {
    code: i32,
    /// Whether it was told to end.
    stopped: bool,
}

/// An error says why it was not started; `troubles` has what went wrong afterwards.
fn start_and_wait(
    store: &Store,
    container: &Container,
    mapping: Mapping,
    life: &mut Life,
    Attachment {
        io,
        clients,
        preserved,
        logs,
        notify,
    }: &mut Attachment,
    started: &mut dyn FnMut(),
    troubles: &mut Troubles,
) -> Result<Run> {
    let Container { record, config, dir } = container;
    let run_dir = container.run_dir(store);
    let root_mount = Root::mount(store, container, &run_dir, mapping)?;
    let rootfs = root_mount.path().to_owned();
    let root = File::open(&rootfs).with_context(|| rootfs.display().to_string())?;
    let user = users::resolve(&root, &config.user, &config.groups)?;
    let place = addresses::take(store, container)?;
    let mut mounts = etc::prepare(dir, config, place.as_ref())?;
    root_mount.own(&mounts)?;
    mounts.extend(volume::prepare(store, &config.host.volumes, &rootfs, mapping)?);
    let passed = notify::passed(*notify, &run_dir)?;
    mounts.extend(passed.iter().map(|passed| passed.mount.clone()));
    let mut isolation = runtime_spec::isolation(
        &record.id,
        config,
        mounts,
        shared_namespaces::first_processes(store, config)?,
    );
    isolation.bridges = place.map(|place| bridges::of(store, &place, &config.host.dns));
    let mut command = runtime_spec::command(config, &user)?;
    command.env.extend(passed.iter().map(|passed| passed.variable.clone()));
    root_mount.make_places(dir, root.as_fd(), &isolation.mounts, &command.cwd)?;
    drop(root);
    let userns = root_mount.finish()?;

    let options = container::CreateOptions {
        run_dir: &run_dir,
        rootfs: &rootfs,
        isolation: &isolation,
        command: &command,
        mapping,
        userns: userns.as_ref(),
        preserved: *preserved,
    };
    let mut log = None;
    if io.output == Output::Attached {
        if *logs {
            log = write::Writer::open(container)?;
        }
        clients.open(&run_dir.join(attach::SOCKET))?;
    }
    status::begin(container)?;
    let created = container::create(&options, *io)?;
    // Recorded while it still waits: there is never a running process that nobody knows of.
    if let Err(error) = life.started(created.init()) {
        created.discard();
        return Err(error);
    }
    let mut running = created.start()?;
    notify::started(*notify);
    started();
    let mut watchman = Watchman::new(store, container, passed.map(|passed| passed.proxy));
    let (code, relayed) = running.supervise(clients, &mut watchman, &mut |stream, bytes| {
        if let Some(log) = &mut log {
            log.write(stream, bytes);
        }
    });
    troubles.note(relayed);
    let logged = log.map_or(Ok(()), write::Writer::finish);
    troubles.note(logged.context("the container's log is not complete"));
    Ok(Run {
        code,
        stopped: watchman.stopped,
    })
}

impl Container {
    /// As it is recorded now: it may be changed while the container runs.
    fn again(&self, store: &Store) -> Option<Container> {
        let record = store.find_container(&self.record.id).ok().flatten()?;
        Container::of(store, record).ok()
    }
}
