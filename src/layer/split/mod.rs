//! The tar-split: everything of a tar stream that is not the content of a regular file, so that with the unpacked tree
//! the exact tar comes back. (The idea and the name are those of github.com/vbatts/tar-split; the format is not.)
//!
//! ```text
//! zstd frame    the stream, as records: 'R' length:u32 bytes           bytes as they were
//!                                       'F' size:u64 length:u32 path   the content of a file of the tree
//!                                       'E'                            the end
//! zstd frame    the contents of replaced files, those that are not in the tree because a later entry of the same tar took
//!               the file's place: number:u32 size:u64 bytes, where number counts the 'F' records
//! trailer       offset:u64 of the second frame, and the magic number
//! ```
//! All numbers are little-endian. [`writer`] makes it while a tar is applied, [`reader`] gives the records back,
//! [`assemble`] makes the tar of them and the tree, [`contents`] lists the tar's entries without the tree.

pub mod assemble;
pub mod contents;
pub mod reader;
pub mod writer;

/// The magic number at the end.
const MAGIC: [u8; 8] = *b"lmlsplt1";
/// Bytes of the trailer.
const TRAILER: u64 = 16;
/// The largest length of an 'F' record's path, in bytes. The kernel takes none as long.
const MAX_PATH: u32 = 64 << 10;
/// Raw bytes are written in records of so many.
const MAX_RAW: usize = 64 << 10;
