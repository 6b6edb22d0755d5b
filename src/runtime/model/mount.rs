//! A mount of a container: what is mounted, where, and how.

use anyhow::{Context, Result, ensure};
use std::path::{Path, PathBuf};

/// A mount that the user, the image or lamel adds to the default ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    pub kind: MountKind,
    /// The absolute path in the container; made if it does not exist.
    pub destination: PathBuf,
    pub read_only: bool,
    /// Further options as for mount(8), such as `nosuid` or `size=1m`.
    pub options: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MountKind {
    Bind {
        /// An absolute path on the host: a directory, a file, a socket or a device.
        source: PathBuf,
        /// Whether the mounts below `source` are included.
        recursive: bool,
        /// `rprivate`, `shared` and so on; none: `rprivate`.
        propagation: Option<String>,
        /// Whether, in a container with a user namespace of its own, the files' ids are the container's (an idmapped
        /// mount).
        map_ids: bool,
    },
    /// A device node of the host, by its path. It works even where device nodes are confined.
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
