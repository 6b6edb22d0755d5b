//! A layer: a tar when it is transferred, a directory in overlayfs's form on disk, and the ways between the two.
//!
//! ```text
//!              pull                                    stack, diff
//!   registry ─────────► compression ──► apply ──► directory ──────► overlay
//!                                         │           │
//!                                         ▼           │ commit, export
//!                                       split         ▼
//!   registry ◄───────── compression ◄──── │  ◄────── pack
//!              push                   assemble
//! ```
//!
//! [`apply`](apply::apply) unpacks a tar; [`pack`](pack::pack) makes one of what a container has written. [`assemble`](split::assemble::assemble) gives
//! back the exact tar that was applied, from the directory and the tar-split, so that an image that is pushed again keeps its digests.
//!
//! Imports go down:
//!
//! ```text
//! pack                             a directory, or a stack of them, to a tar
//! apply                            a tar to a directory
//! split  overlay                   the rest of a tar beside its directory;  what overlayfs shows of a stack
//! tar    compression               the tar format;  gzip and zstd
//! model  path  whiteout  attributes    values;  names as bytes;  what hides lower layers;  owners, times, extended attributes
//! ```

pub mod apply;
pub mod attributes;
pub mod compression;
pub mod model;
pub mod overlay;
pub mod pack;
pub mod path;
pub mod split;
pub mod tar;
#[cfg(test)]
mod tests;
pub mod whiteout;
