//! Commands on containers: `lamel container …` and their short forms.
//!
//! `create`, `run` and `start` begin a container's life. [`control`] acts on containers that exist, [`query`] only
//! looks at them, [`changes`] is about their files.

pub mod changes;
pub mod control;
pub mod create;
pub mod generate_systemd;
pub mod query;
pub mod run;
pub mod start;
