//! The kernel, thinly: the only module with `unsafe`. Functions return owned descriptors and ordinary errors,
//! and know nothing of images or containers.

pub mod cgroup;
pub mod files;
pub mod host;
pub mod ids;
pub mod mount;
pub mod net;
pub mod overlay;
pub mod process;
pub mod systemd;
pub mod threads;
pub mod tty;
pub mod userns;
