//! Marks of layers that power loss could still damage: `unsynced/HEX`, a link that says during which boot it was
//! published.
//!
//! A mark is made before its layer is visible and removed after the layer is known to be on disk. What is marked with
//! another boot may be incomplete, and nothing but reading it all can tell.

use crate::store::files::directory::Directory;
use crate::sys::process::identity;

/// This boot, as marks say it: a link cannot say nothing.
pub fn boot() -> &'static str {
    match identity::boot_id() {
        "" => "unknown",
        id => id,
    }
}

/// Where a layer's mark is.
pub fn path(hex: &str) -> String {
    format!("unsynced/{hex}")
}

/// Marks a layer that is about to be published during this boot.
pub fn put(dir: &Directory, hex: &str) -> anyhow::Result<()> {
    while !dir.make_link(&path(hex), boot())? {
        if dir.read_link(&path(hex))?.as_deref() == Some(boot()) {
            break;
        }
        // Of a layer that is gone.
        dir.remove_file(&path(hex))?;
    }
    Ok(())
}

/// Whether the layer was published before the machine last started and not known to be synced then.
pub fn suspect(dir: &Directory, hex: &str) -> anyhow::Result<bool> {
    Ok(dir.read_link(&path(hex))?.is_some_and(|marked| marked != boot()))
}

/// The layer is known to be on disk.
pub fn remove(dir: &Directory, hex: &str) -> anyhow::Result<()> {
    dir.remove_file(&path(hex)).map(drop)
}

/// Waits until all that the store holds is on disk, and clears this boot's marks that were there before: their layers
/// had been written in full when they were marked.
pub fn sync(dir: &Directory) -> anyhow::Result<()> {
    let mut marked = Vec::new();
    for hex in dir.list("unsynced")? {
        if !suspect(dir, &hex)? {
            marked.push(hex);
        }
    }
    dir.sync_all()?;
    for hex in marked {
        remove(dir, &hex)?;
    }
    Ok(())
}
