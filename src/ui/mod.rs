//! The terminal: the only module that prints. Results go to stdout, everything else to stderr.

pub mod branches;
pub mod confirm;
pub mod listing;
pub mod print;
pub mod progress;
pub mod prompt;
pub mod table;
pub mod template;
