//! Groups of flags that several commands share, and what they name: a container, an image, a label.
//!
//! A flag is parsed here and nowhere else; its meaning is in `container::config`.

pub mod access;
pub mod chosen;
pub mod health;
pub mod image;
pub mod labels;
pub mod limits;
pub mod mounts;
pub mod names;
pub mod namespaces;
pub mod networks;
pub mod newest;
pub mod record_filter;
pub mod replacement;
pub mod supervision;
