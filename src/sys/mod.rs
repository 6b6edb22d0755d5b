//! The kernel, thinly: the only module with `unsafe`. Functions return owned descriptors and ordinary errors,
//! and know nothing of images or containers.

#![allow(unsafe_code)]

pub mod files;
pub mod host;
pub mod ids;
pub mod mount;
pub mod net;
pub mod process;
pub mod systemd;
pub mod terminal;
pub mod userns;
pub mod wait;
