//! Names are given to images, and removed from them.

use crate::image::names::resolve::{find, parse_name, stored_name};
use crate::image::publish::name::give_name;
use crate::oci::reference::Reference;
use crate::store::Store;
use anyhow::{Result, bail, ensure};

/// Gives the name `target` (`latest` where it has no tag) to the image that `source` names. An image that had the name
/// loses it.
pub fn tag(store: &Store, source: &str, target: &str) -> anyhow::Result<()> {
    let name = parse_name(target)?;
    ensure!(
        name.digest().is_none(),
        "cannot give the name {target:?}: a digest follows from the image, give a tag"
    );
    // Under this lock no image is removed.
    let lock = store.lock_use()?;
    let (mut image, _) = find(store, source)?;
    if !image.named {
        image.named = true;
        store.put_image(&lock, &image, true)?;
    }
    give_name(store, &lock, &name.or_latest(), image.id, false)
}

/// Removes names from the image that `source` names: those in `names` (`latest` where one has no tag), or all where
/// `names` is empty. The image stays, even without a name. Nothing is removed where one of `names` is not a name of the
/// image.
pub fn untag(store: &Store, source: &str, names: &[String]) -> Result<()> {
    let removal = store.begin_removal()?;
    let (image, _) = find(store, source)?;
    let own = store.names(&image.id)?;
    let removed: Vec<Reference> = match names.is_empty() {
        true => own.into_iter().map(|tag| tag.reference).collect(),
        false => {
            let own_name = |name: &String| {
                let reference = stored_name(&parse_name(name)?);
                match own.iter().any(|tag| tag.reference == reference) {
                    true => Ok(reference),
                    false => bail!("{} is no name of image {}", reference.familiar(), image.id.short()),
                }
            };
            names.iter().map(own_name).collect::<Result<_>>()?
        }
    };
    for name in &removed {
        store.remove_tag(&removal, name)?;
    }
    Ok(())
}
