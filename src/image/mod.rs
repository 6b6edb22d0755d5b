//! An image's life: pull, push, archives, names, lists, removal.
//!
//! An image is a record in the store: a configuration, whose digest is its ID, a manifest, and an ordered list of
//! layers that it shares with other images. The store's lock is not held while bytes are transferred or unpacked: layers are
//! unpacked into staging under a lease, and the `use` lock is taken for the moment in which something becomes visible.
//!
//! - [`pull`], [`push`], [`archive`]: images between the store and registries, archives, plain tars
//! - [`layers`]: what these share: a layer is unpacked into the store, verified, written out as a tar, stacked
//! - [`publish`]: a new image becomes visible; used by everything that makes or brings one
//! - [`names`]: a name as typed becomes an image; names are given and removed
//! - [`list`], [`inspect`], [`history`], [`contents`]: what is shown of images; nothing here changes the store
//! - [`remove`]: names and images are removed, with Docker's rules of what is refused

pub mod archive;
pub mod contents;
pub mod history;
pub mod inspect;
pub mod layers;
pub mod list;
pub mod names;
pub mod publish;
pub mod pull;
pub mod push;
pub mod remove;
