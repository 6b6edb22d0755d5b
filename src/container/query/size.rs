//! How much of the disk a container takes.

use crate::container::Container;
use crate::store::Store;
use crate::store::files::disk_usage::disk_usage;
use anyhow::Result;

/// Bytes of a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// What it has written.
    pub written: u64,
    /// That and what it was made of.
    pub whole: u64,
}

impl Container {
    /// As Docker and podman have it: the writable layer, and that with the image. Of a container that writes straight
    /// into a directory of the host's, podman counts all that is in there as written, since what was there before is
    /// not known; so does this. What may not be read is not counted.
    pub fn size(&self, store: &Store) -> Result<Size> {
        let upper = || disk_usage(&self.dir.join("upper"));
        let (written, below) = match &self.config.host.rootfs {
            Some(root) => {
                let directory = disk_usage(&root.path).unwrap_or(0);
                match root.overlay {
                    true => (upper()?, directory),
                    false => (directory, 0),
                }
            }
            None => (upper()?, store.image(&self.record.image)?.map_or(0, |image| image.size)),
        };
        Ok(Size {
            written,
            whole: written + below,
        })
    }
}
