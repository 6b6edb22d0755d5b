//! Starting processes in containers: the runtime specification, the stacked root, the start, the wait, the terminal.
//!
//! The only import of libcontainer. Knows nothing of images or of the store's layout: paths and plain values come in.

use crate::sys::overlay::Flavour;
use crate::sys::process::Process;
use crate::sys::userns::Mapping;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Where the container's network comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Network {
    None,
    Host,
    Pasta,
}

/// What to run, fully decided: every default applied, every name resolved. Serialized with the container's record, so
/// that `start` runs it again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Process_ {}

/// The root: layers, and the container's own writable one.
#[derive(Debug, Clone)]
pub struct RootFs {
    /// Top first.
    pub lowers: Vec<PathBuf>,
    pub upper: PathBuf,
    pub work: PathBuf,
    /// Where it is mounted, in this process's private mount namespace.
    pub target: PathBuf,
    pub flavour: Flavour,
}

impl RootFs {
    /// Mounts the overlay. Up to 127 layers work, however long their paths are.
    pub fn mount(&self) -> anyhow::Result<()> {
        todo!()
    }
}

/// A started container.
pub struct Running {
    pub init: Process,
}

#[allow(unused)]
fn unused(_: Mapping) {}
