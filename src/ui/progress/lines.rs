//! Where the stable lines of an operation are printed.

use crate::ui::print;

/// The role of the stable lines of an operation, which decides where they go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lines {
    /// They are the result: printed on stdout.
    Result,
    /// They accompany another result, such as those of the pull before a `run`, whose result is the container's output:
    /// printed on stderr.
    Note,
    /// They are not printed.
    None,
}

impl Lines {
    /// Prints a line. A closed pipe is ignored: it must not stop a pull.
    pub fn print(self, text: &str) {
        match self {
            Lines::Result => drop(print::line(text)),
            Lines::Note => print::note(text),
            Lines::None => {}
        }
    }
}
