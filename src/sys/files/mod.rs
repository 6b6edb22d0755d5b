//! Files and descriptors: paths inside a root, locks, extended attributes, whose files are made, passing descriptors.

pub mod credentials;
pub mod fd_passing;
pub mod inherited_fds;
pub mod lock;
pub mod rooted;
pub mod xattr;
