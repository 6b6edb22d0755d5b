//! The standard streams of a process in a container: what it is given, and which ends stay with the supervisor.

pub mod console;
pub mod dev_null;
pub mod handles;
pub mod inherited;
