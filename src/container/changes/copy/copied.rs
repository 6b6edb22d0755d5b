//! The result of a copy.

/// What was copied.
#[derive(Debug, Default)]
pub struct Copied {
    /// Bytes of the tar between the two sides.
    pub size: u64,
    /// What could not be copied and why, as sentences.
    pub left_out: Vec<String>,
}
