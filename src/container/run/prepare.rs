//! What a start needs before there is a process: root, user, /etc, volumes, network, specification.

use crate::container::Container;
use crate::container::config::runtime_spec;
use crate::container::config::supervision::Notify;
use crate::container::network::{addresses, bridges, etc};
use crate::container::processes::shared_namespaces;
use crate::container::run::notify;
use crate::container::run::rootfs::RootMount;
use crate::container::volume;
use crate::runtime::create::container::CreateOptions;
use crate::runtime::model::command::Command;
use crate::runtime::model::isolation::Isolation;
use crate::runtime::notify_proxy::NotifyProxy;
use crate::runtime::rootfs::userns::UserNamespace;
use crate::runtime::security::users;
use crate::store::Store;
use crate::sys::userns::enter::Mapping;
use anyhow::{Context, Result};
use std::fs::File;
use std::os::fd::AsFd;
use std::path::PathBuf;

/// A container that is ready to be created by the runtime. Its root is mounted in `run_dir`;
/// [`crate::container::run::teardown`] takes that away.
pub struct Prepared {
    pub run_dir: PathBuf,
    rootfs: PathBuf,
    isolation: Isolation,
    command: Command,
    mapping: Mapping,
    userns: Option<UserNamespace>,
    /// Where the container may notify the service manager, if it may.
    pub notify: Option<NotifyProxy>,
}

/// Prepares a start. On an error the caller tears down what was made.
pub fn container(store: &Store, container: &Container, mapping: Mapping, notify: Notify) -> Result<Prepared> {
    let Container { record, config, dir } = container;
    let run_dir = container.run_dir(store);
    let root_mount = RootMount::mount(store, container, &run_dir, mapping)?;
    let rootfs = root_mount.path().to_owned();
    let root = File::open(&rootfs).with_context(|| rootfs.display().to_string())?;
    let user = users::resolve(&root, &config.user, &config.groups)?;
    let addresses = addresses::take(store, container)?;
    let mut mounts = etc::prepare(dir, config, addresses.as_ref())?;
    root_mount.own(&mounts)?;
    mounts.extend(volume::prepare(store, &config.host.volumes, &rootfs, mapping)?);
    let socket = notify::socket(notify, &run_dir)?;
    mounts.extend(socket.iter().map(|socket| socket.mount.clone()));
    let peers = shared_namespaces::first_processes(store, config)?;
    let mut isolation = runtime_spec::isolation(&record.id, config, mounts, peers);
    isolation.bridges = addresses.map(|addresses| bridges::in_netavarks_form(store, &addresses, &config.host.dns));
    let mut command = runtime_spec::command(config, &user)?;
    command.env.extend(socket.iter().map(|socket| socket.variable.clone()));
    root_mount.make_mount_points(dir, root.as_fd(), &isolation.mounts, &command.cwd)?;
    // The root is not needed any more; the mounts below are made by path.
    drop(root);
    Ok(Prepared {
        run_dir,
        rootfs,
        isolation,
        command,
        mapping,
        userns: root_mount.finish()?,
        notify: socket.map(|socket| socket.proxy),
    })
}

impl Prepared {
    /// What the runtime is given. `preserved`: how many of this process's descriptors after the first three the command
    /// inherits.
    pub fn create_options(&self, preserved: u32) -> CreateOptions<'_> {
        CreateOptions {
            run_dir: &self.run_dir,
            rootfs: &self.rootfs,
            isolation: &self.isolation,
            command: &self.command,
            mapping: self.mapping,
            userns: self.userns.as_ref(),
            preserved,
        }
    }
}
