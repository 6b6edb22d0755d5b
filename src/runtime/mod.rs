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
//! create::container::create namespaces, mounts, the container's first process, waiting to be let go
//! Created::start            it runs
//! Running::supervise        output, input, signals, wait; the exit code
//! delete                    what the runtime left in the container's run directory
//! ```
//!
//! The container's first process is a direct child of the process that called [`create::container::create`]. Whoever is
//! attached to it, maybe in another process ([`attach::client`]), is served by that one ([`attach::server`]).

pub mod attach;
pub mod cgroup;
pub mod create;
pub mod model;
pub mod network;
pub mod notify_proxy;
pub mod rootfs;
pub mod security;
