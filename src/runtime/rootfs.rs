//! The container's root: layers below, its own writable directory above, one overlay mount.

use crate::sys::overlay::Flavour;
use std::path::PathBuf;

/// The root: layers, and the container's own writable one.
#[derive(Debug, Clone)]
pub struct RootFs {
    /// Top first.
    pub lowers: Vec<PathBuf>,
    pub upper: PathBuf,
    /// Empty, beside `upper` on the same filesystem.
    pub work: PathBuf,
    /// Where it is mounted, in this process's private mount namespace.
    pub target: PathBuf,
    pub flavour: Flavour,
    /// Whether the writable layer need not survive a crash: nothing is synced, and a crash makes `work` unusable.
    /// Right for `--rm`.
    pub volatile: bool,
}

impl RootFs {
    /// Mounts the overlay. Up to 127 layers work, however long their paths are.
    pub fn mount(&self) -> anyhow::Result<()> {
        todo!()
    }
}
