//! Options that several commands share: those of new containers, which containers a command works on, access to
//! registries, labels and filters.
//!
//! Options are parsed here; what they mean for a container is in `container::config`.

pub mod access;
pub mod attach;
pub mod containers;
pub mod create;
pub mod labels;
pub mod record_filter;
