//! What this machine is.

pub mod cgroup_version;
pub mod machine;
