//! Commands that access a registry: `pull`, `push`, `login`, `logout`.

pub mod login;
pub mod logout;
pub mod pull;
pub mod push;
