//! Reading containers: lists, filters, `inspect`, sizes, published ports.

pub mod filter;
pub mod inspect;
pub mod list;
pub mod published_ports;
pub mod size;
