//! Control groups: the container's own, its limits and their changes, what it used (kernel: admin-guide/cgroup-v2.rst,
//! cgroup-v1/).

pub mod container_cgroup;
pub mod delegated;
pub mod limits;
pub mod own_cgroup;
pub mod update;
pub mod usage;
