//! What a container is at a moment, kept in files of its directory.
//!
//! The supervisor writes the event journal; everybody else computes the status from it. Commands leave three markers
//! for the supervisor and for each other: `paused`, `stopped`, `restarting`.

pub mod event;
pub mod journal;
pub mod lock;
pub mod paused;
pub mod restarting;
pub mod status;
pub mod stopped;
