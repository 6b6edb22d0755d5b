//! Marks of layers that power loss could still damage: `unsynced/HEX`, a symbolic link whose target is the ID of the
//! boot in which the layer was published.
//!
//! A layer is marked before it is visible, and the mark is removed once the layer is known to be on disk. A layer with
//! the mark of another boot may be incomplete; only reading all of it tells.

use crate::store::files::directory::Directory;
use crate::sys::process::identity;

/// The ID of this boot as marks hold it: never empty, because a symbolic link cannot be.
pub fn boot() -> &'static str {
    match identity::boot_id() {
        "" => "unknown",
        id => id,
    }
}

/// The path of a layer's mark.
pub fn path(hex: &str) -> String {
    format!("unsynced/{hex}")
}

/// Marks a layer that is about to be published during this boot. There is no layer of that ID now, so a mark of another
/// boot is replaced.
pub fn mark(dir: &Directory, hex: &str) -> anyhow::Result<()> {
    while !dir.make_link(&path(hex), boot())? {
        if dir.read_link(&path(hex))?.as_deref() == Some(boot()) {
            break;
        }
        // It was the mark of a layer that has been removed.
        dir.remove_file(&path(hex))?;
    }
    Ok(())
}

/// Whether the layer was published before the machine last started, and was not known to be synced then.
pub fn is_suspect(dir: &Directory, hex: &str) -> anyhow::Result<bool> {
    Ok(dir.read_link(&path(hex))?.is_some_and(|marked| marked != boot()))
}

/// Removes a layer's mark: it is known to be on disk, or it is gone.
pub fn unmark(dir: &Directory, hex: &str) -> anyhow::Result<()> {
    dir.remove_file(&path(hex)).map(drop)
}

/// Waits until all that the store holds is on disk, and removes the marks of this boot that were there before: their
/// layers had been written in full when they were marked.
pub fn sync(dir: &Directory) -> anyhow::Result<()> {
    let mut marked = Vec::new();
    for hex in dir.list("unsynced")? {
        if !is_suspect(dir, &hex)? {
            marked.push(hex);
        }
    }
    dir.sync_all()?;
    for hex in marked {
        unmark(dir, &hex)?;
    }
    Ok(())
}
