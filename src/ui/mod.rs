//! The terminal: the only room that prints. Results go to stdout, everything else to stderr.
//!
//! [`print`] writes lines and errors, [`listing`], [`table`] and [`branches`] lay out results, [`template`] is
//! `--format`; [`confirm`] and [`prompt`] ask, and [`progress`] shows long work. Only commands, cli and main call it.

pub mod branches;
pub mod confirm;
pub mod listing;
pub mod print;
pub mod progress;
pub mod prompt;
pub mod table;
pub mod template;
