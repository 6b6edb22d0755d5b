//! The standard descriptors of whoever started lamel, for a command in the foreground without a terminal.
//!
//! What the command is given it can open again by /proc/self/fd, with other rights than it was opened with: a log that is appended to could
//! be read, overwritten and made setuid, a file that is read could be written, a terminal that is written to could be read. So it is given
//! pipes: ours where ours is one, which leads nowhere else however it is opened, and otherwise its own, whose other ends are here. /dev/null
//! it may have as well: the container's own comes in its place ([`super::null`]).

use super::audience::Audience;
use super::null::is_null;
use super::supervise::{Input, Io, Output};
use anyhow::Result;
use rustix::fs::{FileType, fstat};
use std::io;
use std::os::fd::AsFd;

/// Where they lead, and who relays what is not handed on.
///
/// `input`: whether the command has ours. `copies`: whether its output is to come by here in any case, to be kept. `trusted`: it is
/// handed everything as it is.
pub fn own(input: bool, copies: bool, trusted: bool) -> Result<(Io, Audience)> {
    let relays_output = copies || !(trusted || is_harmless(io::stdout()) && is_harmless(io::stderr()));
    let relays_input = input && !(trusted || is_harmless(io::stdin()));
    let io = Io {
        input: match (input, relays_input) {
            (false, _) => Input::Null,
            (true, false) => Input::Inherit,
            (true, true) => Input::Audience { once: true },
        },
        output: match relays_output {
            true => Output::Audience,
            false => Output::Inherit,
        },
        window: None,
    };
    Ok((io, Audience::own(relays_input, relays_output)?))
}

fn is_harmless(fd: impl AsFd) -> bool {
    let is_pipe = || fstat(&fd).is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode) == FileType::Fifo);
    is_null(&fd).unwrap_or(false) || is_pipe()
}
