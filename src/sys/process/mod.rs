//! Processes: identity, children, signals, capabilities, seccomp, ptrace, what ps(1) shows.

pub mod capabilities;
pub mod credentials;
pub mod daemonize;
pub mod executable;
pub mod fork;
pub mod identity;
pub mod list;
pub mod own_namespaces;
pub mod program;
pub mod ptrace;
pub mod seccomp;
pub mod signal;
pub mod threads;
pub mod title;
