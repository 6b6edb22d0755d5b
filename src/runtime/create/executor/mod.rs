//! The last steps of a container's process before execve(2).

pub mod run;
