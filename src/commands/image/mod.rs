//! Commands on images in the store: `lamel image …` and their short forms. Those that access a registry are in
//! `commands::registry`.

pub mod archive;
pub mod diff;
pub mod exists;
pub mod files;
pub mod history;
pub mod images;
pub mod images_tree;
pub mod rmi;
pub mod tag;
pub mod tree;
