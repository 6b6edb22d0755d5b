//! Reading a tar: nothing is unpacked here.
//!
//! ```text
//! entries        TarEntries: one TarEntry after the other, extended headers applied
//! sparse         the map of a sparse file
//! pax            the records of an extended header
//! header_field   numbers in a header
//! stream         the bytes: counted, limited, block by block, recorded for the tar-split
//! ```

pub mod entries;
pub mod header_field;
pub mod pax;
pub mod sparse;
pub mod stream;
