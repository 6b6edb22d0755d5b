//! From compressed bytes to a layer's tar, and back.
//!
//! ```text
//! compress     a tar to gzip or zstd
//! decompress   gzip, zstd or plain bytes to a tar
//! inflate      the same on a thread of its own, with the tar's digest computed on another
//! ```

pub mod compress;
pub mod decompress;
pub mod inflate;
