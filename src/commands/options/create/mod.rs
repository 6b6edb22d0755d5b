//! The options of `create` and `run`, by what of the container they set. `update` and `network connect` take some of
//! them as well.

pub mod health;
pub mod hosts;
pub mod image;
pub mod limits;
pub mod mounts;
pub mod namespaces;
pub mod networks;
pub mod replacement;
pub mod supervision;
