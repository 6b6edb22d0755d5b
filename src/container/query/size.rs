//! `ps -s`: how much disk space a container takes.

use crate::container::Container;
use crate::store::Store;
use crate::store::files::disk_usage::disk_usage;
use anyhow::Result;

/// Bytes of a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Bytes in its writable layer.
    pub written: u64,
    /// Those, and the bytes of its image.
    pub whole: u64,
}

impl Container {
    /// The container's sizes, as Docker and podman show them. A `--rootfs` container writes straight into a directory
    /// of the host. As in podman, all of that counts as written, because what was there before is not known. Files that
    /// may not be read are not counted.
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
