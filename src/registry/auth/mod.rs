//! Credentials and access tokens. Nothing here sends a request; that is `http::session_auth`.
//!
//! From low to high: [`helper`] runs a credential helper, [`auth_file`] changes an auth.json, [`credentials`] finds
//! what is stored for a registry, [`keyring`] stores and removes it. [`challenge`] is what a 401 demands, [`token`] the
//! request for a token and its answer.

pub mod auth_file;
pub mod challenge;
pub mod credentials;
pub mod helper;
pub mod keyring;
pub mod token;
