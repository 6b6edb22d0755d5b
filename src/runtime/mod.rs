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
//! Running::supervise        terminal, signals, output, wait; the exit code
//! delete                    what the runtime left in the container's run directory
//! ```
//!
//! The container's first process is a direct child of the process that called [`create`].

mod bpf;
mod capabilities;
mod cgroup;
mod check;
mod command;
mod console;
mod container;
mod devices;
mod exec;
mod executor;
pub mod init;
mod limited;
mod limits;
pub mod network;
mod rootfs;
mod sandbox;
mod seccomp;
mod spec;
mod stdio;
mod supervise;
mod terminal;
mod usage;
pub mod users;

pub use capabilities::capabilities;
pub use command::{Command, Rlimit, Seccomp, UserIds};
pub use container::{Plan, create, delete};
pub use exec::exec;
pub use executor::CommandError;
pub use limits::Limits;
pub use network::{Port, Protocol, published};
pub use rootfs::RootFs;
pub use sandbox::{Mount, MountKind, Namespace, Network, Sandbox};
pub use supervise::{Input, Io, Output, Running, Stream};
pub use usage::{usage, was_out_of_memory};
