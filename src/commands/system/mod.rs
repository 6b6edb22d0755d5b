//! Commands on the whole store and this host: `system df`, `system reset`, `info`, `version`; `inspect`, which takes
//! images and containers; `completion`, which is about the command line; and [`hello`], which the built-in image runs.

pub mod completion;
pub mod df;
pub mod hello;
pub mod info;
pub mod inspect;
pub mod reset;
pub mod version;
