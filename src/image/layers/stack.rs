//! The directories of an image's layers, stacked under a container's writable layer.

use crate::image::layers::verify::is_intact;
use crate::layer::overlay::{lower_refs, metacopy};
use crate::oci::digest::{DiffId, Digest, chain_ids};
use crate::store::Store;
use crate::store::objects::records::ImageRecord;
use crate::sys::ids::id_maps::IdMaps;
use anyhow::{Context, Result, bail};
use rustix::fs::{CWD, Mode, OFlags};
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};

/// The directories to stack for an image, top first. Right above a layer whose tar refers to the layers below it (a
/// hard link to a lower file, say) is a directory with what it takes from them, see [`lower_refs`]. Layers that a crash
/// of the machine may have damaged are verified first. The caller holds a lease on the layers, or a container's record
/// keeps them.
pub fn stack(store: &Store, image: &ImageRecord) -> Result<Vec<PathBuf>> {
    for id in &image.layers {
        if !is_intact(store, id)? {
            bail!(
                "layer {id} of image {} is missing or damaged: pull the image again",
                image.id
            );
        }
    }
    store.stack(&store.lock_use()?, &image.layers, &|refs, layer, lowers, dest| {
        let lowers = lowers
            .iter()
            .map(|path| open_dir(path))
            .collect::<Result<Vec<OwnedFd>>>()?;
        let (layer, dest) = (open_dir(layer)?, open_dir(dest)?);
        lower_refs::resolve(refs, layer.as_fd(), &lowers, dest.as_fd(), store.flavour())
    })
}

/// For an ordinary user's container whose id maps differ from the store's: one directory that shows the stack's files
/// under `maps`, and that is stacked instead of `stack`, the directories of `layers`. It is made once for each stack
/// and maps, see [`metacopy`].
pub fn metacopy_layer(store: &Store, layers: &[DiffId], stack: &[PathBuf], maps: &IdMaps) -> Result<Vec<PathBuf>> {
    let Some(chain) = chain_ids(layers).pop() else {
        return Ok(Vec::new());
    };
    let key = Digest::of(&serde_json::to_vec(maps)?).hex();
    let made = store.metacopy_layer(&chain, &key[..12], &|dest| {
        let roots = store.data_only_layers();
        let open = |directory: &PathBuf| {
            let mut relative = roots.iter().filter_map(|root| directory.strip_prefix(root).ok());
            let relative = relative.next().context("not a directory of the store")?;
            Ok((open_dir(directory)?, Path::new("/").join(relative)))
        };
        let layers = stack.iter().map(open).collect::<Result<Vec<_>>>()?;
        metacopy::make(&layers, maps, open_dir(dest)?.as_fd())
    });
    Ok(vec![made.context("showing the image under the container's ids")?])
}

fn open_dir(path: &Path) -> Result<OwnedFd> {
    let flags = OFlags::DIRECTORY | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    rustix::fs::openat(CWD, path, flags, Mode::empty()).with_context(|| format!("open {}", path.display()))
}
