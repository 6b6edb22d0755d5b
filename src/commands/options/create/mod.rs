//! The options of `create` and `run`, grouped by what they set. `update` and `network connect` have some of them as
//! well.

pub mod health;
pub mod image;
pub mod limits;
pub mod mounts;
pub mod name_resolution;
pub mod namespaces;
pub mod networks;
pub mod replacement;
pub mod streams;
pub mod supervision;
