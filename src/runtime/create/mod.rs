//! Creating a process in a container: the runtime specification, the checks before, the last steps before execve(2).
//!
//! Only this folder imports libcontainer.

pub mod check;
pub mod command;
pub mod console;
pub mod container;
pub mod dev_null;
pub mod devices;
pub mod exec;
pub mod executor;
pub mod inherited_stdio;
pub mod init;
pub mod isolation;
pub mod shared_memory;
pub mod spec;
pub mod stdio;
