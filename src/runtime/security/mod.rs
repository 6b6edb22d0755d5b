//! How far a process is confined: capabilities, the seccomp filter, and which user it is.

pub mod bpf;
pub mod capabilities;
pub mod seccomp;
pub mod users;
