//! The words of the field and their types: digests, references, platforms, image configurations.
//!
//! Everything here is data and rules from the OCI specifications (image-spec, distribution-spec) and from
//! Docker's naming; nothing here touches a disk, a network or a terminal.

mod config;
mod digest;
mod document;
mod manifest;
mod platform;
mod reference;

pub use config::{History, ImageConfig, RootFs, RunConfig};
pub use digest::{ChainId, DiffId, Digest, Hasher, ImageId, chain_ids};
pub use document::{Document, InvalidDocument, choose, offered};
pub use manifest::{INDEX_TYPES, MANIFEST_TYPES, MAX_CONFIG, MAX_MANIFEST, descriptor_digest};
pub use platform::Platform;
pub use reference::{InvalidReference, Reference};
