//! `diff`: what a container changed in its image.

use crate::container::Container;
use crate::container::run::mount_points;
use crate::layer::model::Change;
use crate::layer::overlay::changes;
use crate::store::Store;
use anyhow::{Context, Result, bail};
use rustix::fs::{Mode, OFlags};
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};

/// The changes, sorted by path, without the mount points that lamel made. Called inside the user namespace that its
/// files were made in.
pub fn changes(store: &Store, container: &Container) -> Result<Vec<Change>> {
    if let Some(root) = container.config.host.rootfs.as_ref().filter(|root| !root.overlay) {
        bail!(
            "container {} writes into {} itself: nobody knows what was there before",
            container.record.name,
            root.path.display()
        );
    }
    let (upper, skip) = upper(container)?;
    let lowers = container.shown_lowers(store)?;
    let lowers = lowers.iter().map(|path| open(path)).collect::<Result<Vec<OwnedFd>>>()?;
    changes::changes(upper.as_fd(), &lowers, store.flavour(), &skip)
}

/// The writable layer, and the mount points in it that are not changes.
pub fn upper(container: &Container) -> Result<(OwnedFd, Vec<PathBuf>)> {
    let upper = open(&container.upper())?;
    let skip = mount_points::untouched(&container.dir, upper.as_fd())?;
    Ok((upper, skip))
}

pub fn open(path: &Path) -> Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    rustix::fs::open(path, flags, Mode::empty()).with_context(|| path.display().to_string())
}
