//! A layer: tar on the wire, a directory in overlayfs's form on disk, and the ways between.
//!
//! [`apply`] and [`pack`] mirror each other; [`assemble`] gives back the exact tar that was applied.

pub mod apply;
pub mod attributes;
pub mod changes;
pub mod compress;
pub mod contents;
pub mod copy_in;
pub mod decompress;
pub mod entry;
pub mod export;
pub mod field;
pub mod holes;
pub mod inflate;
pub mod listing;
pub mod merged;
pub mod model;
pub mod names;
pub mod pack;
pub mod pax;
pub mod place;
pub mod remove;
pub mod settle;
pub mod sparse;
pub mod split;
pub mod stand_in;
pub mod stream;
#[cfg(test)]
mod tests;
pub mod tree;
pub mod write;
