//! What is told of containers: lists, filters, and all that is known of one.

pub mod filter;
pub mod inspect;
pub mod list;
pub mod published_ports;
pub mod size;
