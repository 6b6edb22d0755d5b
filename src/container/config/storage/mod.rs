//! What a container has mounted: binds, volumes, tmpfs, devices, and a directory in the place of an image.

pub mod devices;
pub mod mount_flag;
pub mod mounts;
pub mod rootfs;
