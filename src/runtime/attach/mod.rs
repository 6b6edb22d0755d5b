//! While a container runs: the supervisor's event loop, the clients that are attached to the container, and the
//! messages between them.
//!
//! The supervisor is one thread with one poll(2). A client, perhaps in another process, talks to it through a unix
//! socket ([`protocol`]).

pub mod client;
pub mod detach_keys;
pub mod drain;
pub mod event_handler;
pub mod nonblocking;
pub mod poll;
pub mod protocol;
pub mod server;
pub mod streams;
pub mod supervisor;
pub mod terminal;
