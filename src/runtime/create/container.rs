//! Creating, starting and deleting a container.

use crate::runtime::attach::streams::Io;
use crate::runtime::attach::supervisor::{Running, StdioHandles};
use crate::runtime::cgroup::container_cgroup;
use crate::runtime::cgroup::container_cgroup::ContainerCgroup;
use crate::runtime::create::executor::report::wait_for_exec;
use crate::runtime::create::executor::steps::{First, Role, Steps};
use crate::runtime::create::shared_memory::SharedMemory;
use crate::runtime::create::spec::host::HostFacts;
use crate::runtime::create::spec::{container_spec, devices, mounts as spec_mounts};
use crate::runtime::create::stdio::handles::PendingStdio;
use crate::runtime::create::{check, libcontainer_workarounds};
use crate::runtime::model::command::Command;
use crate::runtime::model::isolation::{Isolation, Namespace};
use crate::runtime::model::network::Network;
use crate::runtime::model::run_dir::{BUNDLE, EXEC_PREFIX, STATE};
use crate::runtime::network::container_network;
use crate::runtime::rootfs::mounts;
use crate::runtime::rootfs::userns::UserNamespace;
use crate::runtime::rootfs::userns_view::UsernsView;
use crate::sys::host::cgroup_version;
use crate::sys::mount::tree;
use crate::sys::process::identity::Process;
use crate::sys::process::{executable, fork, signal};
use crate::sys::userns::enter::Mapping;
use crate::sys::userns::namespaces;
use anyhow::{Context, Result};
use libcontainer::container::Container;
use rustix::mount::MountAttrFlags;
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, PipeReader};
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// All that [`create`] needs.
#[derive(Debug, Clone, Copy)]
pub struct CreateOptions<'a> {
    /// The container's run directory ([`crate::runtime::model::run_dir`]): it exists, has mode 0700 and belongs to this
    /// process's user.
    pub run_dir: &'a Path,
    /// The mounted root.
    pub rootfs: &'a Path,
    pub isolation: &'a Isolation,
    pub command: &'a Command,
    pub mapping: Mapping,
    /// The container's own user namespace, in which this process is not.
    pub userns: Option<&'a UserNamespace>,
    /// How many of this process's descriptors after the first three the command inherits. The caller has checked that
    /// this process was started with them.
    pub preserved: u32,
}

/// A container whose first process exists and waits for [`Created::start`].
pub struct Created {
    container: Container,
    init: Process,
    pidfd: OwnedFd,
    signals: signal::Held,
    stdio: StdioHandles,
    report: PipeReader,
}

/// Creates the container: namespaces, mounts, network, and its first process, which waits for [`Created::start`].
///
/// What an earlier run that was killed left in the run directory is removed first. After an error everything that was
/// made is removed. From here on signals are held back, to be forwarded to the container. This process must have one
/// thread and must have called [`executable::protect`].
pub fn create(options: &CreateOptions, io: Io) -> Result<Created> {
    executable::ensure_protected()?;
    delete(options.run_dir)?;
    let signals = signal::Held::all().context("holding signals")?;
    prepare(options, io, signals).inspect_err(|_| {
        // The first error is the one to report.
        let _ = delete(options.run_dir);
    })
}

/// Checks, then makes all that the first process is made in: cgroup, network, mounts.
fn prepare(options: &CreateOptions, io: Io, signals: signal::Held) -> Result<Created> {
    let isolation = options.isolation;
    check::ids(
        options.command,
        options.mapping,
        options.userns.map(UserNamespace::maps),
    )?;
    check::oom_score(options.command)?;
    check::root(options.rootfs)?;
    let cgroup = ContainerCgroup::make(options.run_dir, &isolation.id, &isolation.limits, options.mapping)?;
    // Outside a user namespace every device node works that no mount forbids; a container with a user namespace of its
    // own inherits that, since its mounts are made outside.
    let confine = options.mapping == Mapping::Host && !isolation.privileged && options.userns.is_none();
    if confine || options.userns.is_some() {
        tree::restrict(options.rootfs, MountAttrFlags::MOUNT_ATTR_NODEV).context("confining device nodes")?;
    }
    let network = container_network::make(options.run_dir, isolation, options.userns)?;
    let memory = match &isolation.ipc {
        Namespace::Container(id) => {
            let shared = isolation.shared_namespaces.get(id);
            let shared = shared.context("a namespace of a container that does not run")?;
            Some(SharedMemory::copy_of(shared, options.run_dir)?)
        }
        Namespace::Private | Namespace::Host => None,
    };
    let shared_namespaces = isolation.shared_namespaces.iter().map(|(id, init)| {
        let open = namespaces::directory(init).context("the namespaces of another container");
        open.map(|directory| (id.clone(), directory))
    });
    // They stay open until the first process has joined them.
    let shared_namespaces = shared_namespaces.collect::<Result<BTreeMap<_, _>>>()?;
    let path = |directory: &OwnedFd| format!("/proc/self/fd/{}", directory.as_raw_fd()).into();
    let mut host = HostFacts {
        shared_namespaces: shared_namespaces
            .iter()
            .map(|(id, open)| (id.clone(), path(open)))
            .collect(),
        shared_memory: memory.as_ref().map(|memory| memory.path().to_owned()),
        ..host_facts(options, network.namespace())?
    };
    let mut own = isolation.clone();
    let devices = spec_mounts::devices_work(isolation, options.mapping, options.userns.is_some());
    own.mounts = mounts::attach_all(options.rootfs, isolation, devices, options.userns)?;
    let view = options
        .userns
        .map(|userns| {
            let program = isolation.init.then_some(&mut host.executable);
            UsernsView::for_first(options.run_dir, userns, &mut own.mounts, program)
        })
        .transpose()?;
    // Not earlier: until here the cgroup's directories must be visible.
    cgroup.iter().try_for_each(ContainerCgroup::enter)?;
    let created = make_first_process(
        &CreateOptions {
            isolation: &own,
            ..*options
        },
        confine,
        host,
        io,
        signals,
    );
    drop(view);
    let left = cgroup.iter().try_for_each(ContainerCgroup::leave);
    let created = created?;
    match left.and_then(|()| network.serve(options.run_dir, &created.pidfd)) {
        Ok(()) => Ok(created),
        Err(error) => {
            created.discard();
            Err(error)
        }
    }
}

/// Has libcontainer make the first process. Called in the container's cgroup.
fn make_first_process(
    options: &CreateOptions,
    confine: bool,
    host: HostFacts,
    io: Io,
    signals: signal::Held,
) -> Result<Created> {
    libcontainer_workarounds::show_cgroup_v2(options.mapping)?;
    let bundle = options.run_dir.join(BUNDLE);
    fs::create_dir(&bundle).with_context(|| format!("making {}", bundle.display()))?;
    let host = HostFacts {
        cgroup: libcontainer_workarounds::fake_cgroup(&bundle)?,
        ..host
    };
    // As the container sees it.
    let mapping = match options.userns {
        Some(_) => Mapping::Subordinate,
        None => options.mapping,
    };
    let mut command = options.command.clone();
    if options.isolation.init {
        command
            .args
            .splice(0..0, [spec_mounts::INIT.to_owned(), "--".to_owned()]);
    }
    let spec = container_spec::spec(options.isolation, &command, options.rootfs, mapping, &host)?;
    spec.save(bundle.join("config.json"))
        .context("writing the container's config.json")?;

    let (report, write) = io::pipe().context("making a pipe")?;
    let this = rustix::process::pidfd_open(rustix::process::getpid(), rustix::process::PidfdFlags::empty());
    let first = First {
        supervisor: Rc::new(this.context("opening this process")?),
        confine_devices: confine,
        loopback: options.isolation.network == Network::None,
    };
    let steps = Steps {
        preserved: options.preserved,
        ..Steps::new(&command, io, mapping, write, Role::First(first))?
    };
    let builder = libcontainer_workarounds::builder(options.run_dir)?
        .with_preserved_fds(i32::try_from(options.preserved)?)
        .with_executor(steps);
    let owner = options.userns.and_then(|userns| {
        let ids = &command.user;
        userns.maps().outside(ids.uid, ids.gid)
    });
    let socket = bundle.join("console.sock");
    let (builder, stdio) = PendingStdio::prepare(builder, io, command.terminal, &socket, owner)?;
    let builder = builder
        .as_init(&bundle)
        .with_systemd(false)
        .with_detach(command.terminal);
    let container = libcontainer_workarounds::build(|| builder.build()).context("creating the container")?;
    let (init, pidfd) = libcontainer_workarounds::child(container.pid().map(|pid| pid.as_raw()))?;
    Ok(Created {
        container,
        init,
        pidfd,
        signals,
        stdio: stdio.handles()?,
        report,
    })
}

impl Created {
    /// The container's first process, a child of this one.
    pub fn init(&self) -> &Process {
        &self.init
    }

    /// Kills and reaps the first process, which has not run its program.
    pub fn discard(self) {
        // The pid is not another process's before the child has been reaped.
        let _ = self.init.signal(libc::SIGKILL);
        let _ = fork::wait(self.init.pid);
    }

    /// Lets the first process go on, and waits until it has executed its program. If that fails, the error is a
    /// [`crate::runtime::create::executor::report::CommandError`] with the exit code, and the process has ended.
    pub fn start(mut self) -> Result<Running> {
        self.container
            .start()
            .map_err(|error| libcontainer_workarounds::error_of(&error))
            .context("starting the container")?;
        let running = Running {
            init: self.init,
            pidfd: self.pidfd,
            signals: self.signals,
            stdio: self.stdio,
        };
        wait_for_exec(running, self.report)
    }
}

/// Stops the container's network and removes what the runtime left in `run_dir`. The container must not run. Any
/// process may call this, any number of times.
pub fn delete(run_dir: &Path) -> Result<()> {
    // Each is tried, whatever becomes of the others.
    let mut results = vec![container_network::stop(run_dir), container_cgroup::remove(run_dir)];
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

fn host_facts(options: &CreateOptions, network_namespace: Option<&PathBuf>) -> Result<HostFacts> {
    let devices = if options.isolation.privileged {
        devices::of_host()?
    } else {
        Vec::new()
    };
    let executable = match options.isolation.init {
        true => executable::path()?,
        false => PathBuf::new(),
    };
    Ok(HostFacts {
        cgroup2: cgroup_version::kernel_has_v2(),
        mqueue: Path::new("/dev/mqueue").is_dir(),
        executable,
        user_namespace: options.userns.map(UserNamespace::path),
        network_namespace: network_namespace.cloned(),
        devices,
        ..HostFacts::default()
    })
}
