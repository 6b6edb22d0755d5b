//! A mount of a container: what is mounted, where, and how.

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// One mount of the container's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mount {
    pub kind: MountKind,
    /// Absolute, in the container; made where it does not exist.
    pub destination: PathBuf,
    pub read_only: bool,
    /// Further options of mount(8), such as `nosuid` or `size=1m`.
    pub options: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MountKind {
    Bind {
        /// An absolute path on the host: a directory, a file, a socket or a device.
        source: PathBuf,
        /// Whether the mounts below `source` come along.
        recursive: bool,
        /// `rprivate`, `shared` and so on; none: `rprivate`.
        propagation: Option<String>,
        /// Whether its files have the container's ids where that has a user namespace of its own, and not the host's.
        map_ids: bool,
    },
    /// A device node of the host's, by its path, which works.
    Device {
        source: PathBuf,
    },
    Tmpfs,
}

/// The destination in its one spelling, so that it can be compared: absolute, without `.`, `..` and repeated slashes.
pub fn normalize_destination(destination: &Path) -> Result<String> {
    let text = destination.to_str().context("a mount's destination is not UTF-8")?;
    ensure!(
        destination.is_absolute(),
        "the mount destination {text} is not absolute"
    );
    let parts: Vec<_> = text.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    ensure!(!parts.contains(&".."), "the mount destination {text} has a '..'");
    ensure!(!parts.is_empty(), "nothing can be mounted over the container's root");
    Ok(format!("/{}", parts.join("/")))
}
