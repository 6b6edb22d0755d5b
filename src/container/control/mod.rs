//! What is done to a container that exists: a further process, signals, pause, limits, a new name, its removal.

pub mod attach;
pub mod pause;
pub mod remove;
pub mod rename;
pub mod reset;
pub mod restart;
pub mod stop;
pub mod unreadable;
pub mod update;
