//! While a container runs: its terminal, its output, its signals, and the wait for its end.

use crate::sys::process::Process;

/// Where the container's standard input, output and error lead. Whether they are a terminal is the command's matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Io {
    pub input: Input,
    pub output: Output,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// At its end from the start (/dev/null; nothing is ever typed on the terminal).
    Null,
    /// Ours.
    Inherit,
    /// Open, and nothing comes: `run -d -i`.
    Held,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    /// Ours. Without a terminal the container has our descriptors themselves, and nothing is copied.
    Inherit,
    /// Handed to the sink of [`Running::supervise`].
    Sink,
    /// Thrown away: `exec -d`.
    Null,
}

/// Which output some bytes came from; a terminal's is all `Stdout`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    Stdout,
    Stderr,
}

/// A started container.
pub struct Running {
    _todo: (),
}

impl Running {
    /// The container's first process, a child of ours.
    pub fn init(&self) -> &Process {
        todo!()
    }

    /// Relays terminal, output and signals until the container's first process has ended; returns its exit code
    /// (128 + N for signal N). `sink` hears the output where it was created with [`Output::Sink`]; it must not block
    /// for long, since the container waits for it. All signals that can be caught are forwarded, meanwhile; the
    /// terminal's mode is restored on every way out.
    pub fn supervise(self, sink: &mut dyn FnMut(Stream, &[u8])) -> anyhow::Result<i32> {
        let _ = sink;
        todo!()
    }
}
