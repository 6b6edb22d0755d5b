//! The tar format: reading entries with their PAX and GNU extensions, and writing them (POSIX.1-2017, pax; GNU tar manual).

pub mod read;
pub mod write;
