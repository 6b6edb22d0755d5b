//! Removal: what nothing uses is marked and renamed into `trash/` under the sweep lock, and unlinked without it.

pub mod leftovers;
pub mod removal;
pub mod reset;
pub mod sweep;
