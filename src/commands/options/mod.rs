//! Groups of flags that several commands share, and what they name: a container, an image, a label.
//!
//! A flag is parsed here and nowhere else; its meaning is in `container::config`.

pub mod access;
pub mod attach;
pub mod containers;
pub mod create;
pub mod labels;
pub mod record_filter;
