//! A further process in a running container.

use crate::runtime::attach::streams::Io;
use crate::runtime::attach::supervisor::Running;
use crate::runtime::cgroup::container_cgroup;
use crate::runtime::cgroup::container_cgroup::Limited;
use crate::runtime::create::container::{builder, explain, own_child, started, steps};
use crate::runtime::create::executor::run::{ENDED, Role};
use crate::runtime::create::libcontainer_workarounds;
use crate::runtime::create::stdio::handles::Stdio;
use crate::runtime::create::{check, spec};
use crate::runtime::model::command::Command;
use crate::runtime::model::run_dir::{EXEC_PREFIX, STATE};
use crate::runtime::rootfs::userns_view::Stage;
use crate::sys::mount;
use crate::sys::process::identity::Process;
use crate::sys::process::{fork, identity, signal};
use crate::sys::userns::id_maps::IdMaps;
use crate::sys::userns::{enter, namespaces};
use anyhow::{Context, Result, anyhow, ensure};
use std::fs::{self, File};
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// What is run, told from the container's open root: as its first process sees it, what is mounted there counts.
pub type Told<'a> = &'a dyn Fn(&File) -> Result<Command>;

/// Starts what `command` tells in the container whose first process is `init`. Must be called in the host's user namespace (not after
/// `sys::userns::enter`), while the process has one thread; afterwards the calling process is in the container's user
/// namespace, and can only supervise the command and exit. Where the command cannot be run, the error is a
/// [`crate::runtime::create::executor::run::CommandError`]. `warn` hears why the container's limits do not hold for it.
pub fn exec(run_dir: &Path, init: &Process, command: Told<'_>, io: Io, warn: &dyn Fn(&str)) -> Result<Running> {
    let pidfd = init.pidfd().context("opening the container's first process")?;
    let pidfd = pidfd.context("the container is not running")?;
    // While the run directory and the cgroup are open to this process.
    let limited = container_cgroup::enter_existing(run_dir).unwrap_or_else(|error| {
        warn(&format!(
            "the container's limits do not hold for this command: {error:#}"
        ));
        None
    });
    if rustix::process::geteuid().is_root() && enter::is_apart(init)? {
        let maps = IdMaps::of_process(&init.pid.to_string())?;
        mount::private_namespace().context("making a mount namespace")?;
        Stage::for_further(run_dir, &maps)?;
    }
    let mapping = enter::join(init)?;
    // From here on only: the root and what is read in it may be closed to all but the owner, who may be any id of the container's.
    let root = namespaces::descriptor(init, || Ok(File::open("/")?.into())).context("the container's root")?;
    let root = File::from(root);
    ensure!(
        check::has_proc(&root),
        "the container has no /proc any more, so no process can enter it"
    );
    let command = &command(&root)?;
    drop(root);
    check::ids(command, mapping, None)?;
    let signals = signal::Held::all().context("holding signals")?;
    libcontainer_workarounds::show_version_2(mapping)?;

    let dir = ExecDir::make(run_dir)?;
    let process = serde_json::to_vec(&spec::process(command, mapping)?)?;
    fs::write(dir.0.join("process.json"), process).context("writing the command's process.json")?;
    let running = enter(&dir.0, command, io, signals, mapping, pidfd)?;
    limited.iter().try_for_each(Limited::leave)?;
    Ok(running)
}

/// `exec-PID` in the container's run directory: what one exec needs until its process runs. libcontainer leaves a
/// socket for each in its state's directory, so it is shown one of its own, with a copy of the state.
struct ExecDir(PathBuf);

impl ExecDir {
    fn make(run_dir: &Path) -> Result<ExecDir> {
        let path = run_dir.join(format!("{EXEC_PREFIX}{}", std::process::id()));
        // One that is there is of an earlier process with our pid, killed meanwhile.
        let _ = fs::remove_dir_all(&path);
        let state = path.join(STATE);
        fs::create_dir_all(&state).with_context(|| format!("making {}", state.display()))?;
        let dir = ExecDir(path);
        let from = run_dir.join(STATE).join("state.json");
        fs::copy(&from, state.join("state.json")).with_context(|| format!("reading {}", from.display()))?;
        Ok(dir)
    }
}

impl Drop for ExecDir {
    fn drop(&mut self) {
        // What cannot be removed goes with the container.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// `first`: the pidfd of the container's first process. libcontainer finds its namespaces by its number, which may have become another
/// process's meanwhile: that it still runs is looked at when all of them are entered.
fn enter(
    dir: &Path,
    command: &Command,
    io: Io,
    signals: signal::Held,
    mapping: enter::Mapping,
    first: OwnedFd,
) -> Result<Running> {
    let (report, write) = io::pipe().context("making a pipe")?;
    let first = Rc::new(first);
    let builder = builder(dir)?.with_executor(steps(command, io, mapping, write, Role::Further(first.clone()))?);
    let (builder, stdio) = Stdio::prepare(builder, io, command.terminal, &dir.join("console.sock"), None)?;
    let builder = builder
        .as_tenant()
        .with_detach(command.terminal)
        .with_process(Some(dir.join("process.json")));
    let pid = fork::confine_panics(|| builder.build())
        .map_err(|error| match identity::has_ended(&first) {
            Ok(true) => anyhow!(ENDED),
            _ => explain(&error),
        })
        .context("entering the container")?;
    let (init, pidfd) = own_child(Some(pid.as_raw()))?;
    started(
        Running {
            init,
            pidfd,
            signals,
            link: stdio.link()?,
        },
        report,
    )
}
