//! The result of a copy.

/// What was copied.
#[derive(Debug, Default)]
pub struct Copied {
    /// Bytes of the tar between the two sides.
    pub size: u64,
    /// What could not be, and why, in words.
    pub left_out: Vec<String>,
}
