//! From a reference to verified bytes: which manifest it names, and blobs with resumption.

pub mod blob;
pub mod download;
pub mod queue;
pub mod resolve;
pub mod resume;
pub mod tags;
#[cfg(test)]
mod tests;
pub mod transfer;
