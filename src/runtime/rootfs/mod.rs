//! The container's root: the overlay mount, mounts inside it, and how it looks from a user namespace of the container's
//! own.

pub mod mount_point;
pub mod mounts;
pub mod overlay;
pub mod userns;
pub mod userns_view;
