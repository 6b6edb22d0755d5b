//! What a container is to the runtime: plain values, decided by the caller; no operation.

pub mod command;
pub mod isolation;
