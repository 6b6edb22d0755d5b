//! The root directory that one side of a copy works in, as a descriptor: a container's with its mounts, or the host's.

use crate::container::config::runtime_spec;
use crate::container::network::etc;
use crate::container::run::{mount_points, rootfs};
use crate::container::state::lock;
use crate::container::state::lock::ContainerLock;
use crate::container::{Container, volume};
use crate::layer::attributes;
use crate::runtime::model::mount::{Mount, MountKind};
use crate::runtime::rootfs::mount_point::Kind;
use crate::runtime::rootfs::overlay::RootFs;
use crate::runtime::rootfs::{mount_point, mounts};
use crate::store::Store;
use crate::sys::mount::tree;
use crate::sys::process::identity::Process;
use crate::sys::userns::enter::Mapping;
use crate::sys::userns::namespaces;
use anyhow::{Context, Result, bail};
use rustix::fs::{CWD, Mode, OFlags, openat};
use rustix::mount::MountAttrFlags;
use rustix::mount::MountFlags;
use std::collections::BTreeMap;
use std::fs::DirBuilder;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// How to enter a container's user namespace, for good.
pub struct Enter<'a> {
    /// Enters that of a process.
    pub join: &'a dyn Fn(&Process) -> Result<Mapping>,
    /// Enters a new one like it, and opens the store there.
    pub make: &'a dyn Fn() -> Result<(Store, Mapping)>,
}

/// Whether files are read or written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aim {
    Read,
    Write,
}

/// A root directory.
pub struct CopyRoot {
    pub fd: OwnedFd,
    /// The container's name; `None` for the host's root.
    pub container: Option<String>,
    /// Whether this process can change owners.
    pub can_own: bool,
    /// While it is held, nobody starts the container.
    _lock: Option<ContainerLock>,
}

impl CopyRoot {
    /// The root of this process.
    pub fn of_host() -> Result<CopyRoot> {
        Ok(CopyRoot {
            fd: directory(Path::new("/"))?,
            container: None,
            can_own: rustix::process::geteuid().is_root(),
            _lock: None,
        })
    }

    /// A container's root with its mounts, whether the container runs or not.
    pub fn of_container(container: &Container, aim: Aim, enter: &Enter<'_>) -> Result<CopyRoot> {
        let (fd, mapping, lock) = match container.state()?.init {
            Some(init) => running(&init, enter)?,
            None => stopped(container, aim, enter)?,
        };
        Ok(CopyRoot {
            fd,
            container: Some(container.record.name.clone()),
            can_own: mapping != Mapping::Single,
            _lock: lock,
        })
    }

    /// The real path of an open directory in this root, without symlinks.
    pub fn path_of(&self, directory: &OwnedFd) -> Result<PathBuf> {
        let path = |fd: &OwnedFd| std::fs::read_link(format!("/proc/self/fd/{}", fd.as_raw_fd()));
        let (root, directory) = (path(&self.fd)?, path(directory)?);
        Ok(directory.strip_prefix(root).unwrap_or(&directory).to_owned())
    }

    /// A path in this root, as shown in messages: `CONTAINER:/PATH` or the host's path.
    pub fn show(&self, path: &Path) -> String {
        match &self.container {
            Some(name) => format!("{name}:{}", path.display()),
            None => path.display().to_string(),
        }
    }
}

type Opened = (OwnedFd, Mapping, Option<ContainerLock>);

/// The root of its mount namespace.
fn running(init: &Process, enter: &Enter<'_>) -> Result<Opened> {
    let mapping = (enter.join)(init)?;
    // This process stays outside: it reads extended attributes through /proc, which must not be the container's.
    let root = namespaces::descriptor(init, || Ok(openat(CWD, "/", DIRECTORY, Mode::empty())?));
    Ok((root.context("the container's root")?, mapping, None))
}

/// Mounts the root as a start would, in this process's own mount namespace. For reading, the container's writable layer
/// becomes one more lower layer under a writable one in memory: nothing is changed, and the container may be started
/// meanwhile. For writing, the container's lock keeps it from being started.
fn stopped(container: &Container, aim: Aim, enter: &Enter<'_>) -> Result<Opened> {
    let (store, mapping) = (enter.make)()?;
    container.check_owners(&store, "a copy while it does not run")?;
    let lock = match aim {
        Aim::Read => None,
        Aim::Write => {
            let lock = lock::lock(&container.dir)?;
            if container.state()?.is_active() {
                bail!("container {} was started meanwhile", container.record.name);
            }
            Some(lock)
        }
    };
    // One directory for all commands: each mounts a filesystem over it that nobody else sees.
    let scratch = store.run_root().join("copying");
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&scratch)
        .and_then(|()| tree::filesystem("tmpfs", &scratch, MountFlags::NOSUID | MountFlags::NODEV, "mode=0700"))
        .with_context(|| scratch.display().to_string())?;
    let target = match aim {
        Aim::Read => mount_to_read(&store, container, &scratch)?,
        Aim::Write => {
            let stacked = rootfs::stack(&store, container, &scratch, false)?;
            stacked.mount()?;
            stacked.target
        }
    };
    let root = directory(&target)?;
    let mut made = Vec::new();
    for mount in mounts(&store, container, &target, mapping)? {
        made.extend(attach(&root, &mount)?);
    }
    if aim == Aim::Write {
        mount_points::remember(&container.dir, made)?;
        if container.config.host.read_only {
            tree::restrict(&target, MountAttrFlags::MOUNT_ATTR_RDONLY).context("making the root read-only")?;
        }
    }
    Ok((root, mapping, lock))
}

fn mount_to_read(store: &Store, container: &Container, scratch: &Path) -> Result<PathBuf> {
    let (upper, work) = (scratch.join("upper"), scratch.join("work"));
    for dir in [&upper, &work] {
        std::fs::create_dir(dir).with_context(|| dir.display().to_string())?;
    }
    let mut lowers = container.lowers(store)?;
    lowers.insert(0, container.upper());
    attributes::inherit_root(
        lowers.iter().map(|path| directory_to_read(path)),
        directory_to_read(&upper)?.as_fd(),
    )?;
    let target = scratch.join("root");
    RootFs {
        lowers,
        contents: Vec::new(),
        upper,
        work,
        target: target.clone(),
        flavour: store.flavour(),
        volatile: true,
    }
    .mount()?;
    Ok(target)
}

/// Its volumes, its bind mounts, and its /etc files if it has run before.
fn mounts(store: &Store, container: &Container, rootfs: &Path, mapping: Mapping) -> Result<Vec<Mount>> {
    let own = etc::FILES.iter().filter_map(|(destination, name)| {
        let source = container.dir.join(name);
        source.exists().then(|| Mount {
            kind: MountKind::Bind {
                source,
                recursive: false,
                propagation: None,
                map_ids: true,
            },
            destination: destination.into(),
            read_only: false,
            options: Vec::new(),
        })
    });
    let mut mounts: Vec<Mount> = own.collect();
    mounts.extend(volume::prepare(store, &container.config.host.volumes, rootfs, mapping)?);
    let isolation = runtime_spec::isolation(&container.record.id, &container.config, mounts, BTreeMap::new());
    Ok(isolation.mounts)
}

/// Makes one mount; a missing source is left out. Returns the mount points that were made.
fn attach(root: &OwnedFd, mount: &Mount) -> Result<Vec<PathBuf>> {
    let MountKind::Bind { source, .. } = &mount.kind else {
        return Ok(Vec::new());
    };
    if !source.exists() {
        return Ok(Vec::new());
    }
    let kind = match source.is_dir() {
        true => Kind::Directory,
        false => Kind::File,
    };
    let target = mount_point::find(root.as_fd(), &mount.destination, kind, &mount_point::make_unnoticed)?;
    mounts::attach(root.as_fd(), mount, false, None)?;
    Ok(target.made)
}

const DIRECTORY: OFlags = OFlags::PATH.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

fn directory(path: &Path) -> Result<OwnedFd> {
    openat(CWD, path, DIRECTORY, Mode::empty()).with_context(|| path.display().to_string())
}

fn directory_to_read(path: &Path) -> Result<OwnedFd> {
    crate::container::changes::diff::open(path)
}
