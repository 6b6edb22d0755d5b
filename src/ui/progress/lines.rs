//! Where the stable lines of an operation go.

use crate::ui::print;

/// What the stable lines of an operation are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lines {
    /// Its result: they go to stdout.
    Result,
    /// Said by the way, as of the pull before a `run`, whose result is the container's own output: they go to stderr.
    Aside,
    /// Not wanted.
    None,
}

impl Lines {
    /// Prints one of them. That nobody reads it is no reason to stop a pull, so a closed pipe is not reported.
    pub fn print(self, text: &str) {
        match self {
            Lines::Result => drop(print::line(text)),
            Lines::Aside => print::note(text),
            Lines::None => {}
        }
    }
}
