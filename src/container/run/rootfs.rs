//! Mounting a container's root for a start: first so that lamel can make missing mount points in it, then as the
//! container sees it.
//!
//! Without a user namespace beside lamel's the two are one. With one, root's containers have mounts that map ids,
//! through which the engine itself could make nothing; so it does that before. An ordinary user's have a metacopy layer
//! ([`crate::layer::overlay::metacopy`]), and what is made is made as the container's root.

use crate::container::Container;
use crate::container::config::HostConfig;
use crate::container::run::mount_points;
use crate::image::layers::stack;
use crate::layer::attributes;
use crate::runtime::model::mount::{Mount, MountKind};
use crate::runtime::rootfs::mount_point;
use crate::runtime::rootfs::mount_point::Kind;
use crate::runtime::rootfs::overlay::RootFs;
use crate::runtime::rootfs::userns::UserNamespace;
use crate::store::Store;
use crate::sys::mount::overlay::Flavour;
use crate::sys::process::credentials;
use crate::sys::userns::enter::Mapping;
use anyhow::{Context, Result, ensure};
use std::fs::{self, DirBuilder, File};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::{DirBuilderExt, chown};
use std::path::{Path, PathBuf};

/// A container's root during a start.
pub struct RootMount {
    stacked: RootFs,
    userns: Option<UserNamespace>,
    /// Who root is where a metacopy layer shows the container's files.
    owner: Option<(u32, u32)>,
}

impl RootMount {
    /// Mounts the root in `run_dir`, so that mount points can be made.
    pub fn mount(store: &Store, container: &Container, run_dir: &Path, mapping: Mapping) -> Result<RootMount> {
        let host = &container.config.host;
        let maps = host.userns.as_ref().map(|userns| &userns.maps);
        let maps_mounts = mapping == Mapping::Host;
        let root = RootMount {
            stacked: stack(store, container, run_dir, host.auto_remove)?,
            userns: maps.map(|maps| UserNamespace::make(maps, maps_mounts)).transpose()?,
            owner: maps.filter(|_| !maps_mounts).and_then(|maps| maps.outside(0, 0)),
        };
        match root.userns {
            Some(_) if maps_mounts => root.stacked.mount_to_prepare()?,
            _ => root.stacked.mount()?,
        }
        Ok(root)
    }

    /// The path of the mount.
    pub fn path(&self) -> &Path {
        &self.stacked.target
    }

    /// Gives the files that `mounts` bind to the container's root user. They are the /etc files that each start writes.
    pub fn own(&self, mounts: &[Mount]) -> Result<()> {
        let Some((uid, gid)) = self.owner else { return Ok(()) };
        for mount in mounts {
            if let MountKind::Bind { source, .. } = &mount.kind {
                chown(source, Some(uid), Some(gid)).with_context(|| source.display().to_string())?;
            }
        }
        Ok(())
    }

    /// Makes missing sources and mount points of `mounts`, and the working directory. `dir`: the container's directory.
    pub fn make_mount_points(&self, dir: &Path, root: BorrowedFd<'_>, mounts: &[Mount], cwd: &str) -> Result<()> {
        make_sources(mounts)?;
        let kinds: Vec<Kind> = mounts.iter().map(kind).collect();
        let make = || make_targets(root, mounts.iter().map(|mount| &*mount.destination).zip(kinds), cwd);
        let made = match self.owner {
            None => make()?,
            // Only by descriptors: the container's root may have no access to a directory above the store.
            Some((uid, gid)) => credentials::act_as(uid, gid, make).context("acting as the container's root")??,
        };
        mount_points::remember(dir, made)
    }

    /// Mounts the root as the container sees it. Returns the container's user namespace, if it has its own.
    pub fn finish(self) -> Result<Option<UserNamespace>> {
        match self.userns {
            Some(userns) if self.owner.is_none() => {
                self.stacked.mount_mapped(&userns)?;
                Ok(Some(userns))
            }
            userns => Ok(userns),
        }
    }
}

/// The image's layers with the container's writable layer on top, to be mounted in `run_dir`. `volatile`: the changes
/// need not survive a crash.
pub fn stack(store: &Store, container: &Container, run_dir: &Path, volatile: bool) -> Result<RootFs> {
    let target = run_dir.join("root");
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&target)
        .with_context(|| target.display().to_string())?;
    let lowers = container.shown_lowers(store)?;
    let (upper, work) = (container.upper(), container.dir.join("work"));
    // Overlayfs leaves something in `work` at the first mount. From then on the attributes of the root directory are
    // the container's own.
    if fs::read_dir(&work)
        .with_context(|| work.display().to_string())?
        .next()
        .is_none()
    {
        let directory = |path: &PathBuf| {
            let opened = File::open(path).with_context(|| path.display().to_string());
            opened.map(OwnedFd::from)
        };
        attributes::inherit_root(lowers.iter().map(directory), directory(&upper)?.as_fd())
            .with_context(|| format!("attributes of {}", upper.display()))?;
    }
    Ok(RootFs {
        lowers,
        contents: match has_metacopy_layer(store, &container.config.host) {
            true => store.data_only_layers(),
            false => Vec::new(),
        },
        upper,
        work,
        target,
        flavour: store.flavour(),
        volatile,
    })
}

/// Makes missing host directories of bind mounts, as Docker does for `-v`.
fn make_sources(mounts: &[Mount]) -> Result<()> {
    for mount in mounts {
        if let MountKind::Bind { source, .. } = &mount.kind
            && fs::symlink_metadata(source).is_err()
        {
            fs::create_dir_all(source).with_context(|| format!("volume {}", source.display()))?;
        }
    }
    Ok(())
}

/// Makes the missing mount points in the root, and returns those that were made, and the working directory, which is
/// the container's own.
fn make_targets<'a>(
    root: BorrowedFd<'_>,
    places: impl Iterator<Item = (&'a Path, Kind)>,
    cwd: &str,
) -> Result<Vec<PathBuf>> {
    mount_point::make_directory(root, Path::new(cwd)).context("working directory")?;
    let mut made = Vec::new();
    let mut make = |path: &Path, kind| -> Result<()> {
        made.extend(mount_point::find(root, path, kind, &mount_point::make_unnoticed)?.made);
        Ok(())
    };
    for path in ["/proc", "/sys", "/dev"] {
        make(Path::new(path), Kind::Directory)?;
    }
    for (place, kind) in places {
        make(place, kind)?;
    }
    Ok(made)
}

/// The kind of mount point that it needs.
fn kind(mount: &Mount) -> Kind {
    match &mount.kind {
        MountKind::Bind { source, .. } if !source.is_dir() => Kind::File,
        MountKind::Device { .. } => Kind::File,
        _ => Kind::Directory,
    }
}

impl Container {
    /// The directories of its layers, the topmost first.
    pub fn lowers(&self, store: &Store) -> Result<Vec<PathBuf>> {
        if let Some(root) = &self.config.host.rootfs {
            return Ok(root.overlay.then(|| root.path.clone()).into_iter().collect());
        }
        let image = store.image(&self.record.image)?;
        let image = image.with_context(|| format!("image {} of the container is gone", self.record.image_name))?;
        stack::stack(store, &image)
    }

    /// The same, with the owners that the container sees. Metacopy layers have no contents themselves.
    pub fn shown_lowers(&self, store: &Store) -> Result<Vec<PathBuf>> {
        let lowers = self.lowers(store)?;
        match &self.config.host.userns {
            Some(userns) if has_metacopy_layer(store, &self.config.host) => {
                stack::metacopy_layer(store, &self.record.layers, &lowers, &userns.maps)
            }
            _ => Ok(lowers),
        }
    }

    /// An error where its files have other owners on disk than in the container, so that `what` cannot be done.
    pub fn check_owners(&self, store: &Store, what: &str) -> Result<()> {
        ensure!(
            !has_metacopy_layer(store, &self.config.host),
            "container {} has other users than lamel itself (--userns keep-id), and {what} is not supported of such a one",
            self.record.name
        );
        Ok(())
    }

    /// Its writable layer, in overlayfs's form.
    pub fn upper(&self) -> PathBuf {
        match &self.config.host.rootfs {
            Some(root) if !root.overlay => root.path.clone(),
            _ => self.dir.join("upper"),
        }
    }
}

/// Whether a metacopy layer shows the container's files.
fn has_metacopy_layer(store: &Store, host: &HostConfig) -> bool {
    host.userns.is_some() && store.flavour() == Flavour::User
}
