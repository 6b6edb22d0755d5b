//! A container's beginning and end: created, started, cleared away.
//!
//! Of a container's run directory the runtime uses `bundle/` (config.json, the terminal's socket), `state/`
//! (libcontainer's), `exec-PID/` (see [`crate::runtime::create::exec`]) and `netns` (see [`crate::runtime::network`]).

use crate::runtime::attach::streams::Io;
use crate::runtime::attach::supervisor::Link;
use crate::runtime::attach::supervisor::Running;
use crate::runtime::cgroup::container_cgroup;
use crate::runtime::cgroup::container_cgroup::Limited;
use crate::runtime::create::check;
use crate::runtime::create::executor::run::{First, Role, Steps, outcome};
use crate::runtime::create::libcontainer_workarounds;
use crate::runtime::create::shared_memory::SharedMemory;
use crate::runtime::create::spec;
use crate::runtime::create::spec::Host;
use crate::runtime::create::spec::devices;
use crate::runtime::create::stdio::handles::Stdio;
use crate::runtime::model::command::Command;
use crate::runtime::model::isolation::{Isolation, Namespace};
use crate::runtime::model::network::Network;
use crate::runtime::model::run_dir::{BUNDLE, EXEC_PREFIX, STATE};
use crate::runtime::network;
use crate::runtime::rootfs::mounts;
use crate::runtime::rootfs::userns::UserNamespace;
use crate::runtime::rootfs::userns_view::Stage;
use crate::runtime::security::{capabilities, seccomp};
use crate::sys::mount;
use crate::sys::process::identity;
use crate::sys::process::identity::Process;
use crate::sys::process::{executable, fork, signal};
use crate::sys::userns::enter::Mapping;
use crate::sys::userns::namespaces;
use anyhow::{Context, Result, anyhow};
use libcontainer::container::Container;
use libcontainer::container::builder::ContainerBuilder;
use libcontainer::syscall::syscall::SyscallType;
use rustix::mount::MountAttrFlags;
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, PipeReader, PipeWriter};
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// All that [`create`] needs.
#[derive(Debug, Clone, Copy)]
pub struct Plan<'a> {
    /// This container's directory for what lives only while it runs (bundle, runtime state, network namespace):
    /// it exists, is mode 0700 and ours. [`delete`] clears what the runtime put there.
    pub run_dir: &'a Path,
    /// The mounted root.
    pub rootfs: &'a Path,
    pub isolation: &'a Isolation,
    pub command: &'a Command,
    pub mapping: Mapping,
    /// The container's own, in which this process is not.
    pub userns: Option<&'a UserNamespace>,
    /// How many of this process's descriptors after the first three are the command's, too. They were given to this process when it was
    /// started: the caller has looked.
    pub preserved: u32,
}

/// A container whose first process exists and waits.
pub struct Created {
    container: Container,
    init: Process,
    pidfd: OwnedFd,
    signals: signal::Held,
    link: Link,
    report: PipeReader,
}

/// Makes the container: namespaces, mounts, network, and its first process, which waits for [`Created::start`].
/// On an error everything made so far is taken back; what an earlier run that was killed left is cleared first.
/// From here on signals are held back, for the container.
pub fn create(plan: &Plan, io: Io) -> Result<Created> {
    delete(plan.run_dir)?;
    let signals = signal::Held::all().context("holding signals")?;
    build(plan, io, signals).inspect_err(|_| {
        // The first error is the one to tell.
        let _ = delete(plan.run_dir);
    })
}

fn build(plan: &Plan, io: Io, signals: signal::Held) -> Result<Created> {
    check::ids(plan.command, plan.mapping, plan.userns.map(UserNamespace::maps))?;
    check::oom_score(plan.command)?;
    check::root(plan.rootfs)?;
    let limited = Limited::make(plan.run_dir, &plan.isolation.id, &plan.isolation.limits, plan.mapping)?;
    let mut command = plan.command.clone();
    if plan.isolation.init {
        command.args.splice(0..0, [spec::INIT.to_owned(), "--".to_owned()]);
    }
    // Outside a user namespace device nodes work wherever no mount forbids them; so they do on what was mounted there.
    let confine = plan.mapping == Mapping::Host && !plan.isolation.privileged && plan.userns.is_none();
    if confine || plan.userns.is_some() {
        mount::restrict(plan.rootfs, MountAttrFlags::MOUNT_ATTR_NODEV).context("confining device nodes")?;
    }
    let network = network::make(plan.run_dir, plan.isolation, plan.userns)?;
    let memory = match &plan.isolation.ipc {
        Namespace::Container(id) => {
            let peer = plan.isolation.peers.get(id);
            let peer = peer.context("a namespace of a container that does not run")?;
            Some(SharedMemory::of(peer, plan.run_dir)?)
        }
        Namespace::Private | Namespace::Host => None,
    };
    let peers = plan.isolation.peers.iter().map(|(id, init)| {
        let open = namespaces::directory(init).context("the namespaces of another container");
        open.map(|directory| (id.clone(), directory))
    });
    // Open until the first process is in them.
    let peers = peers.collect::<Result<BTreeMap<_, _>>>()?;
    let path = |directory: &OwnedFd| format!("/proc/self/fd/{}", directory.as_raw_fd()).into();
    let mut host = Host {
        peers: peers.iter().map(|(id, open)| (id.clone(), path(open))).collect(),
        shared_memory: memory.as_ref().map(|memory| memory.path().to_owned()),
        ..host(plan, network.namespace())?
    };
    let mut isolation = plan.isolation.clone();
    let devices = spec::devices_work(plan.isolation, plan.mapping, plan.userns.is_some());
    isolation.mounts = mounts::attach_all(plan.rootfs, plan.isolation, devices, plan.userns)?;
    let stage = plan
        .userns
        .map(|userns| Stage::for_first(plan.run_dir, userns, &mut isolation, &mut host))
        .transpose()?;
    // Until here the directories are to be seen.
    limited.iter().try_for_each(Limited::enter)?;
    let plan_on_stage = Plan {
        isolation: &isolation,
        ..*plan
    };
    let built = in_cgroup(&plan_on_stage, command, confine, host, io, signals);
    drop(stage);
    let left = limited.iter().try_for_each(Limited::leave);
    let created = built?;
    match left.and_then(|()| network.serve(plan.run_dir, &created.pidfd)) {
        Ok(()) => Ok(created),
        Err(error) => {
            created.discard();
            Err(error)
        }
    }
}

fn in_cgroup(
    plan: &Plan,
    command: Command,
    confine: bool,
    host: Host,
    io: Io,
    signals: signal::Held,
) -> Result<Created> {
    libcontainer_workarounds::show_version_2(plan.mapping)?;
    let bundle = plan.run_dir.join(BUNDLE);
    fs::create_dir(&bundle).with_context(|| format!("making {}", bundle.display()))?;
    let host = Host {
        cgroup: libcontainer_workarounds::pretend(&bundle)?,
        ..host
    };
    // As the container sees it.
    let mapping = match plan.userns {
        Some(_) => Mapping::Subordinate,
        None => plan.mapping,
    };
    let spec = spec::spec(plan.isolation, &command, plan.rootfs, mapping, &host)?;
    spec.save(bundle.join("config.json"))
        .context("writing the container's config.json")?;

    let (report, write) = io::pipe().context("making a pipe")?;
    let this = rustix::process::pidfd_open(rustix::process::getpid(), rustix::process::PidfdFlags::empty());
    let steps = steps(
        &command,
        io,
        mapping,
        write,
        Role::First(First {
            supervisor: Rc::new(this.context("opening this process")?),
            confine_devices: confine,
            loopback: plan.isolation.network == Network::None,
        }),
    )?;
    let builder = builder(plan.run_dir)?
        .with_preserved_fds(i32::try_from(plan.preserved)?)
        .with_executor(Steps {
            preserved: plan.preserved,
            ..steps
        });
    let owner = plan.userns.and_then(|userns| {
        let ids = &command.user;
        userns.maps().outside(ids.uid, ids.gid)
    });
    let (builder, stdio) = Stdio::prepare(builder, io, command.terminal, &bundle.join("console.sock"), owner)?;
    let builder = builder
        .as_init(&bundle)
        .with_systemd(false)
        .with_detach(command.terminal);
    let container = fork::confine_panics(|| builder.build())
        .map_err(|error| explain(&error))
        .context("creating the container")?;
    let (init, pidfd) = own_child(container.pid().map(|pid| pid.as_raw()))?;
    Ok(Created {
        container,
        init,
        pidfd,
        signals,
        link: stdio.link()?,
        report,
    })
}

impl Created {
    /// The container's first process, a child of ours.
    pub fn init(&self) -> &Process {
        &self.init
    }

    /// Ends the first process, which waits to be let go.
    pub fn discard(self) {
        // It cannot be gone before it was waited for.
        let _ = self.init.signal(libc::SIGKILL);
        let _ = fork::wait(self.init.pid);
    }

    /// Lets the first process go, and waits until it has become the command. Where that failed, the error is a
    /// [`crate::runtime::create::executor::run::CommandError`] with the exit code, and the process has ended.
    pub fn start(mut self) -> Result<Running> {
        self.container
            .start()
            .map_err(|error| explain(&error))
            .context("starting the container")?;
        let Created {
            init,
            pidfd,
            signals,
            link,
            report,
            ..
        } = self;
        started(
            Running {
                init,
                pidfd,
                signals,
                link,
            },
            report,
        )
    }
}

/// Clears what the runtime left in `run_dir`, and stops the container's network. Called in the process that created
/// the container or in any later one; what is gone already is no error. The container must not be running.
pub fn delete(run_dir: &Path) -> Result<()> {
    // Each is tried, whatever became of the others.
    let mut results = vec![network::stop(run_dir), container_cgroup::remove(run_dir)];
    let entries = fs::read_dir(run_dir)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.file_name());
    let execs = entries.filter(|name| name.to_string_lossy().starts_with(EXEC_PREFIX));
    for name in [STATE.into(), BUNDLE.into()].into_iter().chain(execs) {
        let path = run_dir.join(name);
        results.push(match fs::remove_dir_all(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("removing {}", path.display()))
            }
            _ => Ok(()),
        });
    }
    results.into_iter().collect()
}

/// What the specification wants to know of the host.
fn host(plan: &Plan, network_namespace: Option<&PathBuf>) -> Result<Host> {
    let devices = if plan.isolation.privileged {
        devices::of_host()?
    } else {
        Vec::new()
    };
    let executable = match plan.isolation.init {
        true => executable::path()?,
        false => Default::default(),
    };
    Ok(Host {
        cgroup2: libcontainer_workarounds::has_version_2(),
        mqueue: Path::new("/dev/mqueue").is_dir(),
        executable,
        user_namespace: plan.userns.map(UserNamespace::path),
        network_namespace: network_namespace.cloned(),
        devices,
        ..Host::default()
    })
}

/// Leaves the current directory: libcontainer goes back to where it was after each detour, which fails where that was removed or
/// (after `su`) is closed to this user.
pub fn builder(run_dir: &Path) -> Result<ContainerBuilder> {
    rustix::process::chdir("/").context("leaving the current directory")?;
    ContainerBuilder::new(STATE.to_owned(), SyscallType::default())
        .with_root_path(run_dir)
        .map_err(|error| explain(&error))
}

/// What the process does last; all that can fail here fails before there is one.
pub fn steps(command: &Command, io: Io, mapping: Mapping, report: PipeWriter, role: Role) -> Result<Steps> {
    let mask = capabilities::mask_of(&command.capabilities);
    Ok(Steps {
        args: command.args.clone(),
        env: command.env.clone(),
        cwd: if command.cwd.is_empty() {
            "/".into()
        } else {
            command.cwd.clone()
        },
        root: command.user.uid == 0,
        terminal: command.terminal,
        opens_others_files: command.user.uid == 0 && mask & capabilities::mask_of(&["CAP_DAC_OVERRIDE"]) != 0,
        clear_groups: command.user.additional.is_empty() && !command.user.keeps_groups && mapping != Mapping::Single,
        capabilities: mask,
        no_new_privileges: command.no_new_privileges,
        filter: seccomp::program(&command.seccomp, &command.container_capabilities)?,
        window: io.window,
        preserved: 0,
        role,
        report: Rc::new(report),
    })
}

/// The child that libcontainer made for us.
pub fn own_child(pid: Option<i32>) -> Result<(Process, OwnedFd)> {
    // libcontainer made this process non-dumpable, to be safe while it joins others' namespaces. Now it has none of
    // theirs, and its /proc/self would be root's, not its user's.
    identity::allow_dump();
    let pid = pid.context("the container has no process")?;
    // It cannot be gone: nobody but us waits for it.
    let process = Process::find(pid).context("the container's process is not to be found in /proc")?;
    let pidfd = rustix::process::pidfd_open(
        rustix::process::Pid::from_raw(pid).context("the container has no process")?,
        rustix::process::PidfdFlags::empty(),
    )
    .context("opening the container's process")?;
    Ok((process, pidfd))
}

/// Waits until the process has exec'd.
pub fn started(running: Running, report: PipeReader) -> Result<Running> {
    match outcome(report).context("waiting for the command to start")? {
        Ok(()) => Ok(running),
        Err(error) => {
            let _ = fork::wait(running.init.pid);
            Err(error.into())
        }
    }
}

/// libcontainer's chain of errors, on one line; its outermost ones say nothing.
pub fn explain(error: &dyn std::error::Error) -> anyhow::Error {
    let mut parts = vec![error.to_string()];
    let mut next = error.source();
    while let Some(source) = next {
        let text = source.to_string();
        if parts.last() != Some(&text) {
            parts.push(text);
        }
        next = source.source();
    }
    let text = parts.join(": ").replace('\n', " ");
    // What it could not remove (the cgroup that is none, see [`crate::runtime::create::libcontainer_workarounds`]), we do.
    anyhow!(
        "{}",
        text.split(". error during cleanup: ")
            .next()
            .unwrap_or_default()
            .to_owned()
    )
}
