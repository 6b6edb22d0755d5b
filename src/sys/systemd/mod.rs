//! systemd as a peer: notify socket, scopes, logind. Spoken to by socket and files, not by its libraries.

pub mod logind;
pub mod notify;
pub mod scope;
