//! The words of the field and their types: digests, references, platforms, image configurations.
//!
//! Everything here is data and rules from the OCI specifications (image-spec, distribution-spec) and from
//! Docker's naming; nothing here touches a disk, a network or a terminal.

pub mod config;
pub mod digest;
pub mod document;
pub mod manifest;
pub mod platform;
pub mod reference;
