//! What several commands print or write: archives, inspect JSON, prune reports, ID files.

pub mod archive_file;
pub mod each;
pub mod exit_code;
pub mod id_file;
pub mod outlive;
pub mod records;
