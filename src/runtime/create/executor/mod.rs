//! The executor: the last steps of a container's process before its program runs, the same for the first process and
//! for a further one. libcontainer has set up namespaces, mounts and ids, and calls the executor in the new process.
//!
//! libcontainer's own executor is not used: it gives `exec` no seccomp filter, refuses programs that others may not
//! execute, runs a script without an interpreter line through a shell, and knows no exit codes.

pub mod directory;
pub mod program;
pub mod report;
pub mod run;
pub mod steps;
