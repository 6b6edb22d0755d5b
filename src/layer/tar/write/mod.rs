//! Writing a tar: ustar headers, with PAX records for what does not fit into them.
//!
//! ```text
//! writer        TarWriter: one entry after the other, with the contents of files
//! header        an entry's header, after its extended header
//! pax_records   the records in an extended header
//! holes         the map of a file with holes
//! ```

pub mod header;
pub mod holes;
pub mod pax_records;
pub mod writer;
