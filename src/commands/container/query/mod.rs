//! Commands that only read from containers: `ps`, `logs`, `top`, `stats`, `port`; `exists` and `healthcheck run` for
//! scripts.

pub mod exists;
pub mod healthcheck;
pub mod logs;
pub mod port;
pub mod ps;
pub mod stats;
pub mod top;
