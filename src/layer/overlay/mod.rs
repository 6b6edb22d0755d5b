//! Stacks of directories in overlayfs's form (kernel: Documentation/filesystems/overlayfs.rst), without mounting them.
//!
//! ```text
//! merged       what overlayfs shows of a stack
//! changes      what the uppermost directory changes: `diff`
//! lower_refs   what a layer takes from the layers below it, made for a stack
//! metacopy     a stack under other owners
//! ```

pub mod changes;
pub mod lower_refs;
pub mod merged;
pub mod metacopy;
