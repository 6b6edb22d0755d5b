//! Fetching: which manifest a name stands for, and verified blobs.
//!
//! [`resolve`] walks from a name to a configuration, [`tags`] lists a repository's tags. A blob is requested by
//! [`transfer`] on the worker's thread, goes through a [`queue`], and is read and verified by [`blob`], which keeps a
//! [`resume`] file. [`session`] is what callers use. [`download`] fetches a file from any web server.

pub mod blob;
pub mod download;
pub mod queue;
pub mod resolve;
pub mod resume;
pub mod session;
pub mod tags;
#[cfg(test)]
mod tests;
pub mod transfer;
