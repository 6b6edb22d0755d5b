//! Access to a registry: the challenge of a 401 and its answer, stored credentials, `login`.

pub mod auth_file;
pub mod challenge;
pub mod credentials;
pub mod helper;
pub mod keyring;
