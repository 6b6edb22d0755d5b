//! Commands on held images: `lamel image …` and their short forms. What talks to a registry is in `commands::registry`.

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
