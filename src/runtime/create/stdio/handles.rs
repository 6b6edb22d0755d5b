//! The container's standard descriptors, as asked for: what it gets, and what of them stays here.

use crate::runtime::attach::streams::{Input, Io, Output, Stream};
use crate::runtime::attach::supervisor::Link;
use crate::runtime::attach::terminal::Terminal;
use crate::runtime::create::stdio::console::Console;
use crate::runtime::create::stdio::inherited::is_pipe;
use anyhow::{Context, Result};
use libcontainer::container::builder::ContainerBuilder;
use rustix::fs::{Gid, OFlags, Uid, fchown, fcntl_getfl, fcntl_setfl};
use rustix::process::{getegid, geteuid};
use std::fs::{File, OpenOptions};
use std::io::{self, PipeReader, PipeWriter};
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

/// Our ends, until the container is created.
pub struct Stdio {
    console: Option<Console>,
    link: Link,
}

impl Stdio {
    /// Prepares `builder`. The terminal's socket is at `socket`. `owner`: who the container's user is here, where it is in a user
    /// namespace that this process is not in: a pipe that is not its own it could not open again as /dev/stdout.
    pub fn prepare(
        mut builder: ContainerBuilder,
        io: Io,
        terminal: bool,
        socket: &Path,
        owner: Option<(u32, u32)>,
    ) -> Result<(ContainerBuilder, Stdio)> {
        let mut ours = Stdio {
            console: None,
            link: Link {
                once: io.input == Input::Audience { once: true },
                ..Link::default()
            },
        };
        if terminal {
            let console = Console::listen(socket)?;
            builder = builder.with_console_socket(Some(console.path()));
            ours.console = Some(console);
            return Ok((builder, ours));
        }
        match io.input {
            Input::Inherit => {}
            Input::Null => builder = builder.with_stdin(File::open("/dev/null").context("opening /dev/null")?),
            Input::Audience { .. } => {
                let (theirs, input) = pipe(owner)?;
                builder = builder.with_stdin(theirs);
                ours.link.input = Some(nonblocking(input.into())?);
            }
        }
        match io.output {
            Output::Inherit => {}
            Output::Null => {
                let null = OpenOptions::new()
                    .write(true)
                    .open("/dev/null")
                    .context("opening /dev/null")?;
                let again = null.try_clone().context("opening /dev/null")?;
                builder = builder.with_stdout(null).with_stderr(again);
            }
            Output::Audience => {
                let (stdout, theirs) = pipe(owner)?;
                builder = builder.with_stdout(theirs);
                let (stderr, theirs) = pipe(owner)?;
                builder = builder.with_stderr(theirs);
                ours.link.outputs = vec![
                    (Stream::Stdout, nonblocking(stdout.into())?),
                    (Stream::Stderr, nonblocking(stderr.into())?),
                ];
            }
        }
        Ok((builder, ours))
    }

    /// After the creation: what to relay.
    pub fn link(self) -> Result<Link> {
        let mut link = self.link;
        if let Some(console) = self.console {
            let terminal = Terminal::new(console.receive()?)?;
            link.outputs = vec![(Stream::Stdout, terminal.end()?)];
            link.input = Some(terminal.end()?);
            link.terminal = Some(terminal);
        }
        Ok(link)
    }
}

/// Makes the user that this process has become the owner of its standard descriptors, so that a user who may not open
/// others' files can open /dev/stdout again. Must come before the process gives up its capabilities.
///
/// Of a `terminal` of the container's own, which is /dev/console too, only the user changes, as with runc and crun: the
/// group is the one that devpts was mounted with. Otherwise only pipes change, which nobody else can name: a file or a
/// terminal of the caller's stays the caller's.
pub fn give_to_user(terminal: bool) {
    // Where the kernel refuses (a read-only mount; pipes of another user namespace are not handed on) only opening it
    // again fails.
    if terminal {
        let _ = fchown(io::stdin(), Some(geteuid()), None);
        return;
    }
    let (stdin, stdout, stderr) = (io::stdin(), io::stdout(), io::stderr());
    for fd in [stdin.as_fd(), stdout.as_fd(), stderr.as_fd()] {
        if is_pipe(fd) {
            let _ = fchown(fd, Some(geteuid()), Some(getegid()));
        }
    }
}

/// Of the user and group `owner`, else of this process's.
fn pipe(owner: Option<(u32, u32)>) -> Result<(PipeReader, PipeWriter)> {
    let (reader, writer) = io::pipe().context("making a pipe")?;
    if let Some((uid, gid)) = owner {
        fchown(&reader, Some(Uid::from_raw(uid)), Some(Gid::from_raw(gid)))
            .context("giving a pipe to the container")?;
    }
    Ok((reader, writer))
}

/// This end alone: the other one is a description of its own.
fn nonblocking(fd: OwnedFd) -> Result<OwnedFd> {
    fcntl_setfl(&fd, fcntl_getfl(&fd)? | OFlags::NONBLOCK).context("preparing a pipe")?;
    Ok(fd)
}
