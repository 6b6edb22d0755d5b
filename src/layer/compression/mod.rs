//! From compressed bytes to a layer's tar and back. A digest is computed on the way, on a thread of its own.

pub mod compress;
pub mod decompress;
pub mod inflate;
