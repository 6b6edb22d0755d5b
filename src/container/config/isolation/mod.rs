//! What the container shares with the host and with other containers, and what it may not reach.

pub mod namespaces;
pub mod security;
pub mod userns;
