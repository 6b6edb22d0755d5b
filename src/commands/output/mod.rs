//! What several commands print or write: archives, lists and `inspect` of records, ID files, exit codes.

pub mod archive_file;
pub mod each;
pub mod exit_code;
pub mod id_file;
pub mod outlive;
pub mod records;
