//! Asks for a line at the terminal.

use crate::ui::print;
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
use std::io::{self, BufRead, Write};

/// Asks on stderr and reads a line from stdin, without its newline.
pub fn ask(question: &str) -> io::Result<String> {
    let mut out = io::stderr().lock();
    write!(out, "{question}")?;
    out.flush()?;
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\n', '\r']).to_owned())
}

/// Like [`ask`], with the terminal's echo off.
pub fn ask_secret(question: &str) -> io::Result<String> {
    let stdin = io::stdin();
    let before = tcgetattr(&stdin)?;
    let mut hidden = before.clone();
    hidden.local_modes.remove(LocalModes::ECHO);
    tcsetattr(&stdin, OptionalActions::Flush, &hidden)?;
    let answer = ask(question);
    tcsetattr(&stdin, OptionalActions::Now, &before)?;
    // The newline was not echoed either.
    print::note("");
    answer
}
