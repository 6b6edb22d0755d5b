//! Creating a process in a container: the runtime specification, the checks before, the last steps before execve(2).
//!
//! Only this folder imports libcontainer; what it does because of it is in [`libcontainer_workarounds`].

pub mod check;
pub mod container;
pub mod exec;
pub mod executor;
pub mod init;
pub mod libcontainer_workarounds;
pub mod shared_memory;
pub mod spec;
pub mod stdio;
