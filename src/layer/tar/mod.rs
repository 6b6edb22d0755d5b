//! The tar format (POSIX.1-2017, pax; GNU tar manual): [`read`] and [`write`].
//!
//! The `tar` crate carries the header block, both ways: its layouts (V7, ustar, GNU, GNU sparse), entry types, the long path of ustar,
//! octal fields and the checksum when writing. It also writes the records of PAX extended headers. Ours is what it does differently:
//!
//! ```text
//! reading   the stream of entries     The tar-split needs every byte: headers, padding, what follows the end. The crate's reader keeps those
//!                                     to itself. It also takes a directory's or link's size for content, which Go's reader, and so
//!                                     Docker, does not: two readers that see different entries are a way to smuggle some in.
//!           numbers, checksum         The crate refuses blank fields and sums of signed bytes, and misreads negative binary numbers.
//!           PAX records               The crate splits them at newlines, which paths and attributes may contain.
//!           sparse files              The crate knows GNU's old format, not the three in PAX: it would unpack the map as content.
//! writing   names                     The crate cleans them, splits them at 100 bytes and goes on to GNU's long names. A layer's digest
//!                                     depends on these bytes, so they stay: the whole name in a PAX record.
//!           numbers too large         The crate goes on to GNU's binary form; PAX has records for them.
//!           the extended header       The crate's own has no name. Programs that know no PAX unpack it as a file, which needs one.
//!           content, the end          The crate's `Builder` does not check that a file still has the size that its header says, and
//!                                     ends the archive also where an error cut it short.
//! ```

pub mod read;
pub mod write;

/// Bytes of a block: all headers and contents are padded to whole ones.
pub const BLOCK: u64 = 512;
