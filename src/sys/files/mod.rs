//! Files and descriptors: paths inside a root, the names in a directory, locks, extended attributes, whose files are made, passing descriptors.

pub mod credentials;
pub mod fd_passing;
pub mod inherited_fds;
pub mod listing;
pub mod lock;
pub mod rooted;
pub mod xattr;
