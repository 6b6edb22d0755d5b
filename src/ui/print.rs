//! Writing to stdout and stderr.
//!
//! The reader of a result may stop reading (`lamel images | head -1`): writing to a closed pipe is the error
//! [`Closed`], which ends a command quietly and successfully. A closed stderr is ignored.

use crate::text::error::{chain, without_numbers};
use crate::text::safe;
use anyhow::anyhow;
use std::collections::HashSet;
use std::fmt::Display;
use std::io::{self, Write};

/// The reader of stdout closed the pipe.
#[derive(Debug, thiserror::Error)]
#[error("stdout is closed")]
pub struct Closed;

/// Writes one line of a result to stdout.
pub fn line(text: impl Display) -> anyhow::Result<()> {
    stdout(|out| writeln!(out, "{text}"))
}

/// Writes a result of several lines to stdout. Adds no newline.
pub fn text(text: &str) -> anyhow::Result<()> {
    bytes(text.as_bytes())
}

/// Clears the terminal on stdout and moves the cursor home, before a table that replaces the one before.
pub fn clear_screen() -> anyhow::Result<()> {
    bytes(b"\x1b[H\x1b[2J")
}

/// Writes a container's own output to stdout, unchanged.
pub fn bytes(bytes: &[u8]) -> anyhow::Result<()> {
    stdout(|out| out.write_all(bytes))
}

/// Writes a container's own output to stderr, unchanged.
pub fn bytes_to_stderr(bytes: &[u8]) -> anyhow::Result<()> {
    checked(io::stderr().lock().write_all(bytes), "stderr")
}

/// Writes a line to stderr.
pub fn note(text: impl Display) {
    // With stderr closed there is no way to report anything.
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Prints a warning on stderr: the command goes on, and its exit code stays.
pub fn warning(text: impl Display) {
    note(format_args!(
        "lamel: warning: {}",
        safe::text(&without_numbers(&text.to_string()))
    ));
}

/// Returns a function that warns of objects that a list or a removal skips, and why: each warning is printed once,
/// however often it is found.
pub fn warn_skipped() -> impl FnMut(anyhow::Error) {
    let mut told = HashSet::new();
    move |error| {
        let text = chain(&error);
        if !told.contains(&text) {
            warning(&text);
            told.insert(text);
        }
    }
}

/// Prints an error and its causes on one line of stderr. For a command that goes on with its next object; otherwise it
/// returns the error, and `main` calls this. Made terminal-safe here for all errors, since names from images,
/// registries and archives are in them.
pub fn error(error: &anyhow::Error) {
    note(format_args!("lamel: {}", safe::text(&chain(error))));
}

/// Like [`error`], with each cause on a line of its own.
pub fn error_in_full(error: &anyhow::Error) {
    note(format_args!(
        "lamel: {}",
        safe::lines(&without_numbers(&format!("{error:?}")))
    ));
}

/// Reports a panic of lamel on stderr: message and place.
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
        // Without the I/O error as a cause: a full disk behind stdout must not get the hint about a full disk of the
        // store.
        Err(error) => Err(anyhow!("cannot write to {name}: {error}")),
        Ok(()) => Ok(()),
    }
}
