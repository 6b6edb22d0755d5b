//! Directories in overlayfs's form (kernel: Documentation/filesystems/overlayfs.rst): what a stack of them shows, what the upper
//! one changes, and the attributes and stand-ins that overlayfs needs.

pub mod attributes;
pub mod changes;
pub mod merged;
pub mod metacopy;
pub mod settle;
