//! Writing to stdout and stderr.
//!
//! Whoever reads a result may stop reading (`lamel images | head -1`): writing to a closed pipe is [`Closed`], which
//! ends a command quietly and successfully. Nobody reading stderr is not even that.

use crate::text::safe;
use anyhow::anyhow;
use std::collections::HashSet;
use std::fmt::Display;
use std::io::{self, Write};

/// Nobody reads stdout any more.
#[derive(Debug, thiserror::Error)]
#[error("stdout is closed")]
pub struct Closed;

/// Writes one line of a result to stdout.
pub fn line(text: impl Display) -> anyhow::Result<()> {
    stdout(|out| writeln!(out, "{text}"))
}

/// Writes a result of several lines, which brings its own line ends, to stdout.
pub fn text(text: &str) -> anyhow::Result<()> {
    bytes(text.as_bytes())
}

/// Clears the terminal that stdout is, for what is shown in the place of what was before.
pub fn home() -> anyhow::Result<()> {
    bytes(b"\x1b[H\x1b[2J")
}

/// Writes bytes to stdout as they are: a container's own output.
pub fn bytes(bytes: &[u8]) -> anyhow::Result<()> {
    stdout(|out| out.write_all(bytes))
}

/// Writes bytes to stderr as they are: a container's own output.
pub fn bytes_to_stderr(bytes: &[u8]) -> anyhow::Result<()> {
    checked(io::stderr().lock().write_all(bytes), "stderr")
}

/// Writes a line that is no result to stderr.
pub fn note(text: impl Display) {
    // Where stderr is closed there is nobody to tell.
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Says on stderr what a person should know, which is no failure.
pub fn warning(text: impl Display) {
    note(format_args!("lamel: warning: {}", safe::text(&text.to_string())));
}

/// Says on stderr what a listing is without, or what a removal leaves alone, and why, which is no failure; each once,
/// however often it is found.
pub fn left_out() -> impl FnMut(anyhow::Error) {
    let mut told = HashSet::new();
    move |error| {
        let text = format!("{error:#}");
        if !told.contains(&text) {
            warning(&text);
            told.insert(text);
        }
    }
}

/// Says on stderr, in one line, what failed and why. For a command that goes on with its next object; otherwise the
/// error is returned and `main` calls this. What an image, a registry or an archive calls things may be in it, so it is
/// made safe here, for all errors.
pub fn error(error: &anyhow::Error) {
    note(format_args!("lamel: {}", safe::text(&format!("{error:#}"))));
}

/// As [`error`], with each step of it on a line of its own.
pub fn error_in_full(error: &anyhow::Error) {
    note(format_args!("lamel: {}", safe::lines(&format!("{error:?}"))));
}

/// Says on stderr that lamel itself is wrong, and where.
pub fn bug(panic: &std::panic::PanicHookInfo<'_>) {
    let message = panic.payload_as_str().unwrap_or("no message");
    match panic.location() {
        Some(place) => note(format_args!("lamel: bug: {message} ({place}); please report it")),
        None => note(format_args!("lamel: bug: {message}; please report it")),
    }
}

fn stdout(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    checked(write(&mut out).and_then(|()| out.flush()), "stdout")
}

fn checked(result: io::Result<()>, name: &str) -> anyhow::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Err(Closed.into()),
        // As text: a full disk behind stdout is not the store's, and gets no hint about it.
        Err(error) => Err(anyhow!("cannot write to {name}: {error}")),
        Ok(()) => Ok(()),
    }
}
