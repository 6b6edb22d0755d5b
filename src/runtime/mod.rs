//! Starting processes in containers: the runtime specification, the stacked root, the start, the wait, the terminal.
//!
//! The only room that imports libcontainer. It knows neither images nor the store's layout: its callers pass paths and
//! plain values ([`model`]). Imports go down this list:
//!
//! ```text
//! create            the first process of a container, further ones (exec), the init
//! network           network namespaces and what connects them; published ports
//! rootfs            the root: overlay, mounts, user namespaces
//! security          capabilities, seccomp, users
//! cgroup            the container's cgroup: limits and usage
//! notify_proxy      sd_notify(3) for containers
//! attach            the supervisor's event loop, and the clients that are attached to a container
//! model             what a container is, as plain values; the names in its run directory
//! ```
//!
//! The walk of `run`, in one process with one thread:
//!
//! ```text
//! sys::userns::enter                  root of a user namespace, a private mount namespace
//! rootfs::overlay::RootFs::mount      the layers and the writable directory become one root
//! security::users::resolve            `-u` against that root's /etc/passwd and /etc/group
//! create::container::create           namespaces, mounts, the first process, which waits
//! create::container::Created::start   it runs
//! attach::supervisor::Running::supervise  output, input, signals, the wait; the exit code
//! create::container::delete           what is left in the run directory
//! ```
//!
//! The container's first process is a child of the process that called [`create::container::create`]. That process also
//! serves the clients that are attached to the container ([`attach::server`]), which may be other processes
//! ([`attach::client`]).

pub mod attach;
pub mod cgroup;
pub mod create;
pub mod model;
pub mod network;
pub mod notify_proxy;
pub mod rootfs;
pub mod security;
