//! Requests: connections, timeouts, retries, and what an answer or a failure means.
//!
//! From low to high: [`worker`] is the thread on which requests run. [`connection`] builds them, [`transport`] sends
//! one and tells by [`transport_error`] why there is no answer. [`response_error`] tells what an unexpected answer
//! means, [`retry`] tries again. [`session_auth`] holds the access that was granted, [`client`] asks about one
//! repository with it, and [`access`] makes a client from a command's options.

pub mod access;
pub mod client;
pub mod connection;
pub mod object;
pub mod response_error;
pub mod retry;
pub mod session_auth;
pub mod transport;
pub mod transport_error;
pub mod worker;
