//! Images that nothing uses are removed.

use crate::image::list::filter::Filter;
use crate::image::remove::{ImageRemoval, Removed};
use crate::oci::digest::ImageId;
use crate::store::Store;
use crate::store::remove::removal::Removal;

/// Removes the images that are dangling, or with `all` every image that no container was made from, if they fulfil
/// `filter`. Repeats until no image becomes dangling. Only moves to the trash; in a dry run, not even
/// that. Where a container's record cannot be read, nothing is removed, and `warn` is called with the reason.
pub fn prune(
    store: &Store,
    store_removal: &Removal,
    all: bool,
    filter: &Filter,
    warn: &mut dyn FnMut(anyhow::Error),
) -> anyhow::Result<Vec<Removed>> {
    let filter = filter.resolve(store)?;
    let mut removal = ImageRemoval::new(store, store_removal, true)?;
    let mut removed = Vec::new();
    if !removal.unreadable.is_empty() {
        let unreadable = removal.unreadable.into_iter();
        unreadable.for_each(|error| warn(error.context("no image and no layer is removed, since any may be in use")));
        return Ok(removed);
    }
    loop {
        let mut unused: Vec<ImageId> = Vec::new();
        for image in removal.catalog.images.values() {
            let wanted = !removal.is_used(&image.id) && (all || removal.catalog.is_dangling(&image.id));
            if wanted && filter.wants(store, image)? {
                unused.push(image.id);
            }
        }
        if unused.is_empty() {
            return Ok(removed);
        }
        unused.sort();
        for id in unused {
            let names = removal.catalog.names(&id).to_vec();
            removal.untag(&names, &mut removed)?;
            removal.delete(&id, &mut removed)?;
        }
    }
}
