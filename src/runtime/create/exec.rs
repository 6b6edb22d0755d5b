//! Exec: a further process in a running container.

use crate::runtime::attach::streams::Io;
use crate::runtime::attach::supervisor::Running;
use crate::runtime::cgroup::container_cgroup;
use crate::runtime::cgroup::container_cgroup::ContainerCgroup;
use crate::runtime::create::executor::report::wait_for_exec;
use crate::runtime::create::executor::steps::{Role, Steps};
use crate::runtime::create::libcontainer_workarounds::{CONTAINER_ENDED, ExecDirectory};
use crate::runtime::create::spec::container_spec;
use crate::runtime::create::stdio::handles::PendingStdio;
use crate::runtime::create::{check, libcontainer_workarounds};
use crate::runtime::model::command::Command;
use crate::runtime::model::run_dir::BUNDLE;
use crate::runtime::rootfs::userns_view::UsernsView;
use crate::sys::ids::id_maps::IdMaps;
use crate::sys::process::identity::Process;
use crate::sys::process::own_namespaces;
use crate::sys::process::{executable, identity, signal};
use crate::sys::userns::enter::Mapping;
use crate::sys::userns::{enter, namespaces};
use crate::text::error::chain;
use anyhow::{Context, Result, anyhow, ensure};
use std::fs::{self, File};
use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::rc::Rc;

/// Decides the command from the container's open root as its first process sees it, with everything that is mounted
/// there.
pub type ResolveCommand<'a> = &'a dyn Fn(&File) -> Result<Command>;

/// Starts a command in the container whose first process is `init`. If the command cannot be run, the error is a
/// [`crate::runtime::create::executor::report::CommandError`]. `warn` is told why the container's limits do not apply
/// to the command.
///
/// This process must be in the host's user namespace (`sys::userns::enter` has not been called), must have one thread,
/// and must have called [`executable::protect`]. Afterwards it is in the container's user namespace and can only
/// supervise the command and exit.
pub fn exec(
    run_dir: &Path,
    init: &Process,
    resolve: ResolveCommand<'_>,
    io: Io,
    warn: &dyn Fn(&str),
) -> Result<Running> {
    executable::ensure_protected()?;
    let pidfd = init.pidfd().context("opening the container's first process")?;
    let pidfd = pidfd.context("the container is not running")?;
    // Now, while this process may still open the run directory and the cgroup.
    let cgroup = container_cgroup::enter_existing(run_dir).unwrap_or_else(|error| {
        warn(&format!(
            "the container's limits do not hold for this command: {}",
            chain(&error)
        ));
        None
    });
    if rustix::process::geteuid().is_root() && enter::is_apart(init)? {
        let maps = IdMaps::of_process(&init.pid.to_string())?;
        own_namespaces::private_mounts().context("making a mount namespace")?;
        let dir = UsernsView::for_further(run_dir, &maps)?;
        libcontainer_workarounds::fake_cgroup(&dir.join(BUNDLE))?;
    }
    let mapping = enter::join(init)?;
    // Not earlier: the root and the files in it may be closed to all but their owner, who may be any id of the
    // container.
    let root = namespaces::descriptor(init, || Ok(File::open("/")?.into())).context("the container's root")?;
    let root = File::from(root);
    ensure!(
        check::has_proc(&root),
        "the container has no /proc any more, so no process can enter it"
    );
    let command = &resolve(&root)?;
    drop(root);
    check::ids(command, mapping, None)?;
    let signals = signal::Held::all().context("holding signals")?;
    libcontainer_workarounds::show_cgroup_v2(mapping)?;

    let dir = ExecDirectory::make(run_dir)?;
    let process = serde_json::to_vec(&container_spec::process(command, mapping)?)?;
    fs::write(dir.path().join("process.json"), process).context("writing the command's process.json")?;
    let running = start(dir.path(), command, io, signals, mapping, pidfd)?;
    cgroup.iter().try_for_each(ContainerCgroup::leave)?;
    Ok(running)
}

/// Has libcontainer make the process, which enters the container whose first process has the pidfd `first`.
fn start(
    dir: &Path,
    command: &Command,
    io: Io,
    signals: signal::Held,
    mapping: Mapping,
    first: OwnedFd,
) -> Result<Running> {
    let (report, write) = io::pipe().context("making a pipe")?;
    let first = Rc::new(first);
    let steps = Steps::new(command, io, mapping, write, Role::Further(first.clone()))?;
    let builder = libcontainer_workarounds::builder(dir)?.with_executor(steps);
    let (builder, stdio) = PendingStdio::prepare(builder, io, command.terminal, &dir.join("console.sock"), None)?;
    let builder = builder
        .as_tenant()
        .with_detach(command.terminal)
        .with_process(Some(dir.join("process.json")));
    let pid = libcontainer_workarounds::build(|| builder.build())
        .map_err(|error| match identity::has_ended(&first) {
            Ok(true) => anyhow!(CONTAINER_ENDED),
            _ => error,
        })
        .context("entering the container")?;
    let (init, pidfd) = libcontainer_workarounds::child(Some(pid.as_raw()))?;
    let running = Running {
        init,
        pidfd,
        signals,
        stdio: stdio.handles()?,
    };
    wait_for_exec(running, report)
}
