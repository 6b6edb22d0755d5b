//! The terminal: the only module that prints. Results go to stdout, everything else to stderr.

pub mod print;
pub mod progress;
pub mod safe;
