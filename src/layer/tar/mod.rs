//! The tar format: reading entries with their PAX and GNU extensions, and writing them (POSIX.1-2017, pax; GNU tar manual).

pub mod entry;
pub mod field;
pub mod holes;
pub mod pax;
pub mod sparse;
pub mod stream;
pub mod write;
