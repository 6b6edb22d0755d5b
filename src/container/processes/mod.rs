//! A container's processes: finding and freezing them, their usage, orphans, shared namespaces, `exec`, and lamel's own
//! background processes.

pub mod background;
pub mod exec;
pub mod freeze;
pub mod not_started;
pub mod orphans;
pub mod shared_namespaces;
pub mod stats;
pub mod tasks;
