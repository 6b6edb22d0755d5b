//! The standard streams of a process in a container: where they lead.

use rustix::termios::Winsize;

/// Where the container's standard input, output and error lead. With a terminal, which is the command's matter, both are the
/// audience's, or nobody's.
#[derive(Debug, Clone, Copy)]
pub struct Io {
    pub input: Input,
    pub output: Output,
    /// The terminal's size at first, if it has one.
    pub window: Option<Winsize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// At its end from the start (/dev/null; nothing is ever typed on the terminal).
    Null,
    /// Ours itself.
    Inherit,
    /// What the audience types; with `once` it ends for good when the first of them has no more.
    Audience { once: bool },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    /// Ours themselves: nothing is copied.
    Inherit,
    /// The audience's, and the sink's of [`crate::runtime::attach::supervisor::Running::supervise`].
    Audience,
    /// Thrown away.
    Null,
}

/// Which output some bytes came from; a terminal's is all `Stdout`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    Stdout,
    Stderr,
}

/// What hears the output beside the audience.
pub type Sink<'a> = dyn FnMut(Stream, &[u8]) + 'a;
