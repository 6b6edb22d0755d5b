//! What the first process is given: variables, limits, signals, its time zone.

pub mod environment;
pub mod signal;
pub mod time_zone;
pub mod ulimits;
