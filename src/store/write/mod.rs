//! Writing, below the objects that are written: the store's locks, leases of work under way, staging directories,
//! marks of layers that are not synced.

pub mod leases;
pub mod locks;
pub mod staging;
pub mod unsynced;
