//! Giving an image one more name.

use super::publish::give_name;
use super::resolve::{find, parse_name};
use crate::store::Store;
use anyhow::ensure;

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
