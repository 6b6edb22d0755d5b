//! A layer: tar on the wire, a directory in overlayfs's form on disk, and the ways between.
//!
//! [`apply`] and [`pack`] mirror each other; [`split::assemble`] gives back the exact tar that was applied.

pub mod apply;
pub mod attributes;
pub mod compression;
pub mod model;
pub mod overlay;
pub mod pack;
pub mod split;
pub mod tar;
#[cfg(test)]
mod tests;
