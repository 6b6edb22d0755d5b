//! Mounts: in the tree by path, detached by descriptor, and overlayfs's marks on disk.

pub mod detached;
pub mod overlay;
pub mod tree;
