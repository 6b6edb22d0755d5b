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

mod attendant;
mod audience;
mod bpf;
mod capabilities;
mod cgroup;
mod channel;
mod check;
mod command;
mod console;
mod container;
mod delegated;
mod detach_keys;
mod devices;
mod drain;
mod exec;
mod executor;
mod front;
pub mod init;
mod limited;
mod limits;
pub mod mounts;
pub mod network;
mod notify_proxy;
mod null;
mod outlet;
mod own;
mod place;
mod ready;
mod relimit;
mod rootfs;
mod sandbox;
mod seccomp;
mod shared_memory;
mod spec;
mod stage;
mod stdio;
mod supervise;
mod terminal;
mod usage;
mod userns;
pub mod users;

pub use attendant::Attendant;
pub use audience::Audience;
pub use capabilities::capabilities;
pub use channel::Channel;
pub use command::{Command, Rlimit, Seccomp, UserIds};
pub use container::{Plan, create, delete};
pub use detach_keys::DetachKeys;
pub use exec::exec;
pub use executor::CommandError;
pub use front::{Front, FrontOptions, Parted};
pub use limits::Limits;
pub use network::{Port, Protocol, published};
pub use notify_proxy::NotifyProxy;
pub use own::own;
pub use relimit::Relimit;
pub use rootfs::RootFs;
pub use rustix::termios::Winsize;
pub use sandbox::{Endpoint, Mount, MountKind, Namespace, Network, Sandbox};
pub use spec::{MASKED, READ_ONLY};
pub use supervise::{Input, Io, Output, Running, Stream};
pub use terminal::window;
pub use usage::{usage, was_out_of_memory};
pub use userns::UserNamespace;
