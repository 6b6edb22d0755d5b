//! Whether the missing layers fit on the disk, as far as the manifest's sizes tell.

use crate::image::pull::missing::MissingLayer;
use crate::store::Store;
use anyhow::Context;
use std::io::{self, ErrorKind};

/// An error that names both numbers where the missing layers cannot fit. A manifest has compressed sizes only, and
/// hardly any layer unpacks to less (one of empty files does): a pull that passes this check may still fill the disk.
pub fn check(store: &Store, missing: &[MissingLayer]) -> anyhow::Result<()> {
    let sizes = missing.iter().map(|layer| layer.descriptor.size());
    let needed = sizes.fold(0, u64::saturating_add);
    let root = store.root();
    let disk = rustix::fs::statvfs(root).with_context(|| format!("free space of {}", root.display()))?;
    // The space of broken downloads becomes free: they become layers, or are removed.
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let usable = free.saturating_add(store.partial_usage()?);
    // A filesystem without blocks (some network ones) does not say what is free.
    if disk.f_blocks == 0 || needed <= usable {
        return Ok(());
    }
    let text = format!(
        "not enough space in {}: the missing layers need at least {needed} bytes, {free} are free",
        root.display()
    );
    Err(io::Error::new(ErrorKind::StorageFull, text).into())
}
