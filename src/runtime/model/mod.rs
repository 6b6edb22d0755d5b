//! What a container is to the runtime: plain values that the caller decides. No operation, and no look at the host.

pub mod command;
pub mod isolation;
pub mod limits;
pub mod mount;
pub mod network;
pub mod port;
pub mod run_dir;
