//! The confinement of a process: its capabilities, its seccomp filter, and its user.

pub mod bpf;
pub mod capabilities;
pub mod seccomp;
pub mod users;
