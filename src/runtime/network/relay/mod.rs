//! The relay: a process that serves a container's published ports by copying between sockets of the host and sockets in
//! the container's network namespace.
//!
//! It is a fork of the container's supervisor with one thread and one epoll(7). It listens on sockets that were bound
//! before, lives in the container's network namespace, and ends with the container's first process, whatever becomes of
//! the supervisor. Programs in the container are reached at the container's own address and see that address as their
//! client's.
//!
//! Its memory is bounded: by a number of connections and of clients that send datagrams, and for each connection by
//! what was read at once in each direction and has not been written yet. When all connections are in use, further ones
//! wait in the kernel.

pub mod events;
pub mod server;
pub mod tcp;
pub mod udp;
