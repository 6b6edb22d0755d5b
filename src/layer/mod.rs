//! A layer: tar on the wire, a directory in overlayfs's form on disk, and the ways between.
//!
//! [`apply`] and [`pack`] mirror each other; [`assemble`] gives back the exact tar that was applied.

mod apply;
mod attributes;
mod changes;
mod compress;
mod contents;
mod copy_in;
mod decompress;
mod entry;
mod export;
mod field;
mod holes;
mod inflate;
mod listing;
mod merged;
mod model;
mod names;
mod pack;
mod pax;
mod place;
mod remove;
mod settle;
mod sparse;
mod split;
mod stand_in;
mod stream;
mod tree;
mod write;

pub use inflate::is_local;

pub use compress::Compression;
pub use copy_in::Target;

pub use apply::apply;
pub use attributes::inherit_root;
pub use changes::changes;
pub use compress::compress;
pub use contents::entries;
pub use copy_in::copy_in;
pub use decompress::decompress;
pub use export::{copy_out, export};
pub use model::{Applied, ApplyOptions, Change, ChangeKind, EntryKind, LayerEntry, Limits, Needs, Skipped, Xattrs};
pub use pack::pack;
pub use settle::settle;
pub use split::assemble;
pub use stand_in::make as stand_in;

#[cfg(test)]
mod tests;
