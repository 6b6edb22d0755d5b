//! What commands do to an existing container: attach, signals, pause, limits, a new name, removal.

pub mod attach;
pub mod pause;
pub mod remove;
pub mod rename;
pub mod reset;
pub mod restart;
pub mod stop;
pub mod unreadable;
pub mod update;
