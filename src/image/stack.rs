//! The directories under a container's writable layer.

use super::check::held;
use crate::layer;
use crate::store::{ImageRecord, Store};
use anyhow::{Context, bail};
use rustix::fs::{CWD, Mode, OFlags};
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};

/// The directories to stack for an image, top first (settled where a layer's tar left something to the layers below).
/// A lease or a container's record keeps the layers meanwhile and after. Layers that a stop of the machine may have
/// damaged are verified first.
pub fn stack(store: &Store, image: &ImageRecord) -> anyhow::Result<Vec<PathBuf>> {
    for id in &image.layers {
        if !held(store, id)? {
            bail!(
                "layer {id} of image {} is missing or damaged: pull the image again",
                image.id
            );
        }
    }
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
    let flags = OFlags::DIRECTORY | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    rustix::fs::openat(CWD, path, flags, Mode::empty()).with_context(|| format!("open {}", path.display()))
}
