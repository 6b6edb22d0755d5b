//! Commands on containers: `lamel container …` and their short forms.
//!
//! [`create`], [`run`] and [`start`] create and start containers. [`control`] acts on existing containers, [`query`]
//! only reads, [`changes`] works on their files, and [`generate_systemd`] writes units that run them.

pub mod changes;
pub mod control;
pub mod create;
pub mod generate_systemd;
pub mod query;
pub mod run;
pub mod start;
