//! The walk of `run`: a container's whole life in the process that supervises it, in the foreground or detached.
//!
//! Nothing is synced on this path and no lock is held while the container runs. The process is in its user namespace already (as root:
//! in a private mount namespace) and has one thread, since it forks.

use super::life::{self, Life};
use super::log::{self, Driver};
use super::network::{bridges, place};
use super::restarts::Restarts;
use super::root::Root;
use super::watchman::Watchman;
use super::{Config, Container, Notify, attach, etc, health, notify, peers, plan, restart, stop, strays, volume};
use crate::runtime::{self, Audience, CommandError, Io, Output, users};
use crate::store::Store;
use crate::sys::idmap::IdMaps;
use crate::sys::userns::Mapping;
use crate::sys::{mount, signal};
use anyhow::{Context, Result, bail};
use std::fs::{self, File};
use std::os::fd::AsFd;
use std::path::Path;
use std::time::Instant;

/// Where the container's streams lead.
pub(super) struct Attachment {
    pub io: Io,
    pub audience: Audience,
    /// How many descriptors after the first three are the container's, too.
    pub preserved: u32,
    /// Whether the output is kept.
    pub logs: bool,
    /// Who tells the service manager that this process is ready.
    pub notify: Notify,
}

impl Attachment {
    /// Of a container that is supervised by what the user started, whose input it has if `input`.
    fn foreground(config: &Config, input: bool, preserved: u32) -> Result<Attachment> {
        let driver = config.host.supervision.log.driver;
        let logs = match driver {
            // With the container it goes, and nobody can ask for it later.
            Driver::JsonFile | Driver::K8sFile => !config.host.auto_remove,
            Driver::Journald => true,
            Driver::None | Driver::Passthrough => false,
        };
        let userns = config.host.userns.as_ref();
        let ids = userns.map_or_else(IdMaps::identity, |userns| userns.maps.clone());
        let (io, audience) = runtime::own(input, logs, driver == Driver::Passthrough, &ids)?;
        Ok(Attachment {
            io,
            audience,
            preserved,
            logs,
            notify: config.host.supervision.notify,
        })
    }
}

/// How a container's run came out.
#[derive(Debug)]
pub struct Ended {
    /// The exit code of its first process.
    pub code: i32,
    /// What could not be cleared away, in words.
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
pub(super) fn begin_new(container: &Container) -> Result<Life> {
    Life::begin(&container.dir)
}

/// Begins another life of a container, unless it is active.
pub(super) fn begin_again(container: &Container) -> Result<Life> {
    let _lock = life::lock(&container.dir)?;
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

/// The whole life: start, wait, clear away, record the end or remove. `started` hears when the command runs. An error says why the container could not be
/// started; what there was of it is cleared away then, too.
pub(super) fn live(
    store: &Store,
    container: &Container,
    mapping: Mapping,
    mut life: Life,
    mut attachment: Attachment,
    started: &mut dyn FnMut(),
) -> Result<Ended> {
    // Kept back until there is a container to forward them to, and while it is cleared away.
    let signals = signal::Held::all().context("holding signals back")?;
    let run_dir = container.run_dir(store);
    let mut restarts = Restarts::default();
    let mut current = container.clone();
    let (outcome, out_of_memory, mut left) = loop {
        let begun = Instant::now();
        let outcome = start_and_wait(store, &current, mapping, &mut life, &mut attachment, started);
        let strays = match container.has_own_pids() {
            true => Ok(()),
            false => strays::end(&container.record.id),
        };
        // As long as there is a cgroup to ask.
        let out_of_memory = runtime::was_out_of_memory(&run_dir);
        // While the network's namespace is there.
        let network_left = place::leave(store, container);
        let mut left = clear(&run_dir);
        let troubles = [strays, network_left].into_iter().filter_map(Result::err);
        left.extend(troubles.map(|error| format!("{error:#}")));
        let code = match outcome {
            Ok(Run { code, stopped: false }) if !stop::is_stopped(&container.dir) => code,
            outcome => break (outcome.map(|run| run.code), out_of_memory, left),
        };
        current = container.again(store).unwrap_or(current);
        let Some(pause) = restarts.next(current.config.host.restart, code, begun.elapsed()) else {
            break (Ok(code), out_of_memory, left);
        };
        life.restarting(code, out_of_memory, restarts.count)?;
        let until = Instant::now() + pause;
        // Who is attached hears of one run alone.
        let audience = std::mem::take(&mut attachment.audience);
        audience.dismiss(code, &signals, Some(until));
        if !restart::wait_until(until, &signals)? || stop::is_stopped(&container.dir) {
            break (Ok(code), out_of_memory, left);
        }
        current = container.again(store).unwrap_or(current);
    };
    let mut tell = |result: Result<()>| left.extend(result.err().map(|error| format!("{error:#}")));
    match &outcome {
        Ok(code) => tell(life.ended(*code, out_of_memory)),
        Err(error) => tell(life.failed(code_of(error), &format!("{error:#}"))),
    }
    if container.config.host.auto_remove && !restart::is_pending(&container.dir) {
        tell(store.remove_container(&container.record).map(drop));
        tell(volume::remove_own(store, &container.config).map(drop));
    }
    // One more that came for a container that is gone must not cost its exit code, or what it wrote last.
    signals.discard()?;
    let code = outcome?;
    // Now there is nothing of it left that whoever hears this could run into.
    attachment.audience.dismiss(code, &signals, None);
    signals.discard()?;
    Ok(Ended { code, left })
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

fn start_and_wait(
    store: &Store,
    container: &Container,
    mapping: Mapping,
    life: &mut Life,
    Attachment {
        io,
        audience,
        preserved,
        logs,
        notify,
    }: &mut Attachment,
    started: &mut dyn FnMut(),
) -> Result<Run> {
    let Container { record, config, dir } = container;
    let run_dir = container.run_dir(store);
    let root_mount = Root::mount(store, container, &run_dir, mapping)?;
    let rootfs = root_mount.path().to_owned();
    let root = File::open(&rootfs).with_context(|| rootfs.display().to_string())?;
    let user = users::resolve(&root, &config.user, &config.groups)?;
    let place = place::take(store, container)?;
    let mut mounts = etc::prepare(dir, config, place.as_ref())?;
    root_mount.own(&mounts)?;
    mounts.extend(volume::prepare(store, &config.host.volumes, &rootfs, mapping)?);
    let passed = notify::passed(*notify, &run_dir)?;
    mounts.extend(passed.iter().map(|passed| passed.mount.clone()));
    let mut sandbox = plan::sandbox(&record.id, config, mounts, peers::first_processes(store, config)?);
    sandbox.bridges = place.map(|place| bridges::of(store, &place, &config.host.dns));
    let mut command = plan::command(config, &user)?;
    command.env.extend(passed.iter().map(|passed| passed.variable.clone()));
    root_mount.make_places(dir, root.as_fd(), &sandbox.mounts, &command.cwd)?;
    drop(root);
    let userns = root_mount.finish()?;

    let plan = runtime::Plan {
        run_dir: &run_dir,
        rootfs: &rootfs,
        sandbox: &sandbox,
        command: &command,
        mapping,
        userns: userns.as_ref(),
        preserved: *preserved,
    };
    let mut log = None;
    if io.output == Output::Audience {
        if *logs {
            log = log::Writer::open(container)?;
        }
        audience.open(&run_dir.join(attach::SOCKET))?;
    }
    health::begin(container)?;
    let created = runtime::create(&plan, *io)?;
    // Recorded while it still waits: there is never a running process that nobody knows of.
    life.started(created.init()).inspect_err(|_| {
        // It waits to be let go, which will not happen.
        let _ = created.init().signal(libc::SIGKILL);
    })?;
    let running = created.start()?;
    notify::started(*notify);
    started();
    let mut unlogged = None;
    let mut watchman = Watchman::new(store, container, passed.map(|passed| passed.proxy));
    let code = running.supervise(audience, &mut watchman, &mut |stream, bytes| {
        // A full disk must not stop the container, whose output goes on being taken.
        if let Some(log) = &mut log {
            unlogged = log.write(stream, bytes).err().or(unlogged.take());
        }
    })?;
    if let (Some(log), None) = (log, unlogged) {
        log.finish().context("container log")?;
    }
    Ok(Run {
        code,
        stopped: watchman.stopped,
    })
}

/// Takes the root's mount and all run state away; goes on after a failure, and returns all of them.
fn clear(run_dir: &Path) -> Vec<String> {
    let mut left = Vec::new();
    let mut tell = |result: Result<()>| left.extend(result.err().map(|error| format!("{error:#}")));
    tell(runtime::delete(run_dir));
    let root = run_dir.join("root");
    // Not mounted where the start failed before.
    let _ = mount::detach(&root);
    match fs::remove_dir(&root) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            // Volumes and directories of the host's may be in it still, and are not to be emptied.
            tell(Err(error).with_context(|| root.display().to_string()));
            return left;
        }
        _ => {}
    }
    match fs::remove_dir_all(run_dir) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            tell(Err(error).with_context(|| run_dir.display().to_string()));
        }
        _ => {}
    }
    left
}

impl Container {
    /// As it is recorded now: it may be changed while the container runs.
    fn again(&self, store: &Store) -> Option<Container> {
        let record = store.find_container(&self.record.id).ok().flatten()?;
        Container::of(store, record).ok()
    }
}
