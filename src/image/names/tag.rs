//! Giving an image one more name, and taking names from it.

use crate::image::names::resolve::{find, held_as, parse_name};
use crate::image::publish::name::give_name;
use crate::oci::reference::Reference;
use crate::store::Store;
use anyhow::{Result, bail, ensure};

/// Gives `target` (`latest` where it has no tag) to the image that `source` names, and takes it from what had it.
pub fn tag(store: &Store, source: &str, target: &str) -> anyhow::Result<()> {
    let name = parse_name(target)?;
    ensure!(
        name.digest().is_none(),
        "cannot give the name {target:?}: a digest follows from the image, give a tag"
    );
    // From here on no removal takes the image away.
    let lock = store.lock_use()?;
    let (mut image, _) = find(store, source)?;
    if !image.named {
        image.named = true;
        store.put_image(&lock, &image, true)?;
    }
    give_name(store, &lock, &name.or_latest(), image.id, false)
}

/// Takes names from the image that `source` names: those in `names` (`latest` where one has no tag), which must be its
/// own, or else all that it has. The image stays, be it without any. Nothing changes where one of them is not its name.
pub fn untag(store: &Store, source: &str, names: &[String]) -> Result<()> {
    let removal = store.begin_removal()?;
    let (image, _) = find(store, source)?;
    let held = store.names(&image.id)?;
    let chosen: Vec<Reference> = match names.is_empty() {
        true => held.into_iter().map(|tag| tag.reference).collect(),
        false => {
            let own = |name: &String| {
                let reference = held_as(&parse_name(name)?);
                match held.iter().any(|tag| tag.reference == reference) {
                    true => Ok(reference),
                    false => bail!("{} is no name of image {}", reference.familiar(), image.id.short()),
                }
            };
            names.iter().map(own).collect::<Result<_>>()?
        }
    };
    for name in &chosen {
        store.remove_tag(&removal, name)?;
    }
    Ok(())
}
