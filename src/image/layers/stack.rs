//! The directories under a container's writable layer.

use crate::image::layers::verify::is_intact;
use crate::layer::overlay::{lower_refs, metacopy};
use crate::oci::digest::{DiffId, Digest, chain_ids};
use crate::store::Store;
use crate::store::objects::records::ImageRecord;
use crate::sys::userns::id_maps::IdMaps;
use anyhow::{Context, bail};
use rustix::fs::{CWD, Mode, OFlags};
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};

/// The directories to stack for an image, top first (with what resolves a tar's references to lower layers).
/// A lease or a container's record keeps the layers meanwhile and after. Layers that a stop of the machine may have
/// damaged are verified first.
pub fn stack(store: &Store, image: &ImageRecord) -> anyhow::Result<Vec<PathBuf>> {
    for id in &image.layers {
        if !is_intact(store, id)? {
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
        lower_refs::resolve(needs, layer.as_fd(), &lowers, dest.as_fd(), store.flavour())
    })
}

/// The metacopy layer of an ordinary user's `stack` of these layers, for a container whose ids are others than the store's. Made where
/// it is missing, once for each stack and `maps`.
pub fn metacopy_layer(
    store: &Store,
    layers: &[DiffId],
    stack: &[PathBuf],
    maps: &IdMaps,
) -> anyhow::Result<Vec<PathBuf>> {
    let Some(chain) = chain_ids(layers).pop() else {
        return Ok(Vec::new());
    };
    let key = Digest::of(&serde_json::to_vec(maps)?).hex();
    let made = store.metacopy_layer(&chain, &key[..12], &|dest| {
        let places = store.data_only_layers();
        let open = |directory: &PathBuf| {
            let mut inside = places.iter().filter_map(|place| directory.strip_prefix(place).ok());
            let inside = inside.next().context("no layer of the store's")?;
            Ok((open_dir(directory)?, Path::new("/").join(inside)))
        };
        let layers = stack.iter().map(open).collect::<anyhow::Result<Vec<_>>>()?;
        metacopy::make(&layers, maps, open_dir(dest)?.as_fd())
    });
    Ok(vec![made.context("showing the image under the container's ids")?])
}

fn open_dir(path: &Path) -> anyhow::Result<OwnedFd> {
    let flags = OFlags::DIRECTORY | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    rustix::fs::openat(CWD, path, flags, Mode::empty()).with_context(|| format!("open {}", path.display()))
}
