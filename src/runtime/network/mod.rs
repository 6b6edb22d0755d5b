//! The container's network: a namespace, and what connects it.
//!
//! - `none` and `host` are namespaces alone.
//! - `bridge` is connected by [`netavark`], a program of the host; [`names`] waits until its name server knows the
//!   container.
//! - `pasta` is connected by [`pasta`], a program of the host that copies between the namespace and ordinary sockets of
//!   the host.
//!
//! The [`relay`] serves published ports where pasta does not: with other networks, and if pasta is too old to do it
//! well.

pub mod container_network;
pub mod names;
pub mod netavark;
pub mod pasta;
pub mod ports;
pub mod relay;
