//! Commands that act on existing containers, such as `exec`, `attach`, `stop` and `rm`.

pub mod attach;
pub mod exec;
pub mod kill;
pub mod pause;
pub mod rename;
pub mod restart;
pub mod rm;
pub mod stop;
pub mod update;
pub mod wait;
