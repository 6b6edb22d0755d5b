//! An image's life: resolve, pull, list, tag, remove, history, archives.
//!
//! An image is a record in the store: a configuration, whose digest is its ID, a manifest, and an ordered list of
//! layers that it shares with other images. Nothing here holds a lock while it works: layers are fetched and unpacked
//! into staging under a lease, and `use` is taken for the moment in which something becomes visible.
//!
//! The walk of a pull: [`pull`](pull::pull) (what is named, what to record) → [`pull::missing`] (what is missing; does it fit,
//! [`pull::space`]) → [`pull::layers`] (the missing layers, in parallel) → [`pull::unpack`] (one layer: inflate, hash, apply) → [`publish`] (blobs, record, and the names last).

pub mod archive;
pub mod contents;
pub mod hello;
pub mod history;
pub mod inspect;
pub mod list;
pub mod names;
pub mod publish;
pub mod pull;
pub mod push;
pub mod remove;
pub mod stack;
#[cfg(test)]
mod tests;
pub mod tree;
