//! A layer: a tar when it is transferred, a directory in overlayfs's form on disk, and the ways between the two.
//!
//! ```text
//! blob ── compression ──► tar ── apply ─────────────► directory and tar-split        pull, load
//! blob ◄── compression ── tar ◄── split::assemble ─── directory and tar-split        push, save: the same tar again
//! blob ◄── compression ── tar ◄── pack ────────────── a container's upper directory  commit
//!                         tar ◄── pack::export ────── a stack of directories         export, cp
//!                         tar ── apply::copy_in ────► a tree that is in use          cp
//! ```
//!
//! The tar-split is kept so that an image that is pushed has the digests that it was pulled with.
//!
//! Imports go down:
//!
//! ```text
//! pack                                 from a directory, or a stack of them, to a tar
//! apply                                from a tar to a directory
//! split  overlay                       a tar without its files' contents; what overlayfs shows of a stack
//! tar  compression                     the tar format; gzip and zstd
//! model  path  whiteout  attributes    values; names as bytes; what hides lower layers; owners, times, attributes
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
