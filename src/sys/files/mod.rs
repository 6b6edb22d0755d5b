//! Files and descriptors: paths inside a root, the names in a directory, files that appear whole, locks, extended
//! attributes, whose files are made, passing descriptors.

pub mod atomic_file;
pub mod fd_passing;
pub mod filesystem;
pub mod inherited_fds;
pub mod listing;
pub mod lock;
pub mod random_name;
pub mod rooted;
pub mod socket_path;
pub mod xattr;
