//! The directories under a container's writable layer.

use crate::layer;
use crate::store::{ImageRecord, Store};
use anyhow::Context;
use rustix::fs::{Mode, OFlags};
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};

/// The directories to stack for an image, top first (settled where a layer's tar left something to the layers below).
/// A lease or a container's record keeps the layers meanwhile and after.
pub fn stack(store: &Store, image: &ImageRecord) -> anyhow::Result<Vec<PathBuf>> {
    store.stack(&store.lock_use()?, &image.layers, &|needs, layer, lowers, dest| {
        let lowers = lowers
            .iter()
            .map(|path| open_dir(path))
            .collect::<anyhow::Result<Vec<OwnedFd>>>()?;
        let (layer, dest) = (open_dir(layer)?, open_dir(dest)?);
        layer::settle(needs, layer.as_fd(), &lowers, dest.as_fd(), store.flavour())
    })
}

fn open_dir(path: &Path) -> anyhow::Result<OwnedFd> {
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    rustix::fs::open(path, flags, Mode::empty()).with_context(|| format!("open {}", path.display()))
}
