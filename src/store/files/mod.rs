//! The store's directory, by descriptor: small files and records, the trash, sizes on disk. Nothing here knows what a
//! file means.

pub mod bulk;
pub mod directory;
pub mod disk_usage;
pub mod trash;
