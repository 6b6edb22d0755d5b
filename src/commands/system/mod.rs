//! Commands on the whole store and this host: `system df`, `prune`, `system reset`, `info`, `version`; `inspect`,
//! which takes objects of every kind; and `completion`, which is about the command line.

pub mod completion;
pub mod df;
pub mod hello;
pub mod info;
pub mod inspect;
pub mod reset;
pub mod version;
