//! Writing: the locks, staging directories that are published by rename, leases of work under way, marks of what is not synced.

pub mod leases;
pub mod locks;
pub mod staging;
pub mod unsynced;
