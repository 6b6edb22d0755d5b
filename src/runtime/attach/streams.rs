//! Where the standard streams of a process in a container lead.

use rustix::termios::Winsize;

/// Where standard input, output and error lead. For a command with a terminal, `Inherit` means nothing: its terminal is
/// the attached clients', or nobody's.
#[derive(Debug, Clone, Copy)]
pub struct Io {
    pub input: Input,
    pub output: Output,
    /// The terminal's size at the start, if there is a terminal.
    pub window: Option<Winsize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// /dev/null; on a terminal nothing is ever typed.
    Null,
    /// This process's own standard input.
    Inherit,
    /// What the attached clients send. With `once` it is closed when the first client's input ends (Docker's
    /// `StdinOnce`).
    Attached { once: bool },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    /// This process's own standard output and error: nothing is copied.
    Inherit,
    /// Goes to the attached clients and to the sink of [`crate::runtime::attach::supervisor::Running::supervise`].
    Attached,
    /// /dev/null.
    Null,
}

/// Which output some bytes came from; all output of a terminal is `Stdout`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    Stdout,
    Stderr,
}

/// Receives the output beside the attached clients.
pub type Sink<'a> = dyn FnMut(Stream, &[u8]) + 'a;
