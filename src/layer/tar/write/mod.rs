//! Writing a tar.

pub mod holes;
pub mod writer;
