//! Directories in overlayfs's form (kernel: Documentation/filesystems/overlayfs.rst): what a stack of them shows, what the upper
//! one changes, and the attributes and stand-ins that overlayfs needs.

pub mod changes;
pub mod lower_refs;
pub mod merged;
pub mod metacopy;
