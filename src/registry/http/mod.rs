//! Requests: connections and their certificates, retries, and what an answer or a failure means.

pub mod access;
pub mod client;
pub mod connection;
pub mod response_error;
pub mod retry;
pub mod transport_error;
pub mod worker;
