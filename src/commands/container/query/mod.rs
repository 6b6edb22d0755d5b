//! Commands that only look at containers: `ps`, `logs`, `top`, `stats`, `port`, and exit codes for scripts.

pub mod exists;
pub mod healthcheck;
pub mod logs;
pub mod port;
pub mod ps;
pub mod stats;
pub mod top;
