//! Reading a tar.

pub mod entries;
pub mod header_field;
pub mod pax;
pub mod sparse;
pub mod stream;
