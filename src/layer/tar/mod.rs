//! The tar format (POSIX.1-2017, pax; GNU tar manual): [reading](mod@read) and [writing](mod@write).
//!
//! The `tar` crate carries the header block in both directions: its layouts (V7, ustar, GNU, GNU sparse), entry types,
//! ustar's long paths, octal fields, and the checksum when writing. It also writes the records of PAX extended headers.
//! The rest is ours, because the crate's (0.4.46) does something else.
//!
//! When reading:
//!
//! - The stream of entries. The tar-split needs every byte: headers, padding, and what follows the end; the crate's reader
//!   keeps padding and end to itself. It also takes the size of a directory or link for content, which Go's reader, and so
//!   Docker, does not: two readers that see different entries are a way to smuggle some past one of them.
//! - Numbers and the checksum. The crate refuses blank fields and sums of signed bytes, and misreads negative binary
//!   numbers.
//! - PAX records. The crate splits them at newlines, which paths and attributes may contain.
//! - Sparse files. The crate knows GNU's old format, but not the three in PAX: it would unpack the map as content.
//!
//! When writing, where a layer's digest depends on every byte, which must not change from one version to the next:
//!
//! - Names. The crate cleans them, and splits them or goes on to GNU's long names after 100 bytes; here the whole name is in
//!   a PAX record.
//! - Numbers that are too large for their field. The crate goes on to GNU's binary form; PAX has records for them.
//! - The header before the records. The crate's has no name and no mode. Programs that know no PAX unpack it as a file.
//! - Contents and the end. The crate's `Builder` does not check that a file still has the size that its header says, and
//!   ends an archive also where an error cut it short.

pub mod read;
pub mod write;

/// Bytes of a block: all headers and contents are padded to whole ones.
pub const BLOCK: u64 = 512;
