//! Starting processes in containers: the runtime specification, the stacked root, the start, the wait, the terminal.
//!
//! The only import of libcontainer. Knows nothing of images or of the store's layout: paths and plain values come in.
//!
//! The walk of `run`, all in one process that has one thread:
//!
//! ```text
//! sys::userns::enter        root of our own, a private mount namespace
//! RootFs::mount             the layers and the writable directory become one root
//! users::resolve            `-u` against that root's /etc/passwd and /etc/group
//! create                    namespaces, mounts, the container's first process, waiting to be let go
//! Created::start            it runs
//! Running::supervise        output, input, signals, wait; the exit code
//! delete                    what the runtime left in the container's run directory
//! ```
//!
//! The container's first process is a direct child of the process that called [`create`]. Whoever is attached to it, maybe in another
//! process ([`Front`]), is in the [`Audience`] of that one.

pub mod attendant;
pub mod audience;
pub mod bpf;
pub mod capabilities;
pub mod cgroup;
pub mod channel;
pub mod check;
pub mod command;
pub mod console;
pub mod container;
pub mod delegated;
pub mod detach_keys;
pub mod devices;
pub mod drain;
pub mod exec;
pub mod executor;
pub mod front;
pub mod init;
pub mod limited;
pub mod limits;
pub mod mounts;
pub mod network;
pub mod notify_proxy;
pub mod null;
pub mod outlet;
pub mod own;
pub mod place;
pub mod ready;
pub mod relimit;
pub mod rootfs;
pub mod sandbox;
pub mod seccomp;
pub mod shared_memory;
pub mod spec;
pub mod stage;
pub mod stdio;
pub mod supervise;
pub mod terminal;
pub mod usage;
pub mod userns;
pub mod users;

pub use rustix::termios::Winsize;
