//! Text in and out, for every rank: errors, globs, moments, durations, sizes, and strings made safe for a terminal.

pub mod error;
pub mod glob;
pub mod moment;
pub mod safe;
pub mod size;
pub mod time;
pub mod truncate;
