//! Which containers a command works on: those that are named, the latest, all, or those that match a filter.

pub mod latest;
pub mod selected;
