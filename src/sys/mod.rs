//! The kernel, thinly: the only module with `unsafe`. Functions return owned descriptors and ordinary errors,
//! and know nothing of images or containers.

pub mod lock;
pub mod overlay;
pub mod process;
pub mod rooted;
pub mod userns;
pub mod xattr;
