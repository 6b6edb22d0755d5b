//! Whose namespaces a container has.

use crate::runtime::model::isolation::Namespace;
use serde::{Deserialize, Serialize};

/// Whose namespaces the container has. Its network has a type of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Namespaces {
    pub pid: Namespace,
    pub ipc: Namespace,
    pub uts: Namespace,
    pub cgroup: Namespace,
}
