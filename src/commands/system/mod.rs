//! Commands on the whole store and this host: `system df`, `prune`, `system reset`, `info`, `version`; and `inspect`,
//! which takes objects of every kind.

pub mod df;
pub mod hello;
pub mod info;
pub mod inspect;
pub mod reset;
pub mod version;
