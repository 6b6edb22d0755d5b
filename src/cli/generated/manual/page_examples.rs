//! What the manual says about a command beside its options.

/// What is said about a command beside its options.
pub struct Examples {
    /// As it is typed, without `lamel`; empty for the page of lamel itself.
    pub command: &'static str,
    /// What a command line is for, and the command line.
    pub examples: &'static [(&'static str, &'static str)],
    /// Pages about what belongs to it, without `lamel-` and `(1)`.
    pub see_also: &'static [&'static str],
}

/// For the tables of [`crate::cli::generated::manual::examples`].
pub const fn page(
    command: &'static str,
    see_also: &'static [&'static str],
    examples: &'static [(&'static str, &'static str)],
) -> Examples {
    Examples {
        command,
        examples,
        see_also,
    }
}
