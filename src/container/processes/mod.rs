//! A container's processes: which they are, making them stand still, those that outlive the first, whose namespaces they share.

pub mod background;
pub mod exec;
pub mod freeze;
pub mod not_started;
pub mod orphans;
pub mod shared_namespaces;
pub mod stats;
pub mod tasks;
