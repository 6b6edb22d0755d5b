//! The container's root: the overlay mount, the mounts in it, and what a user namespace of the container's own changes.

pub mod mount_point;
pub mod mounts;
pub mod overlay;
pub mod userns;
pub mod userns_view;
