//! The kernel, thinly: the only module with `unsafe`. Functions return owned descriptors and ordinary errors,
//! and know nothing of images or containers.

pub mod caps;
pub mod cgroup;
pub mod detach;
pub mod executable;
pub mod fork;
pub mod fsids;
pub mod handover;
pub mod host;
pub mod idmap;
pub mod inherited;
pub mod lock;
pub mod logind;
pub mod mount;
pub mod namespace;
pub mod net;
pub mod notify;
pub mod overlay;
pub mod process;
pub mod ptrace;
pub mod rooted;
pub mod scope;
pub mod seccomp;
pub mod signal;
pub mod subid;
pub mod threads;
pub mod title;
pub mod tty;
pub mod userns;
pub mod xattr;
