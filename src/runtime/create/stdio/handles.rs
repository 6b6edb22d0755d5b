//! Makes the standard descriptors of a process in a container, and keeps the supervisor's ends of them.

use crate::runtime::attach::streams::{Input, Io, Output, Stream};
use crate::runtime::attach::supervisor::StdioHandles;
use crate::runtime::attach::terminal::Terminal;
use crate::runtime::create::stdio::console::ConsoleSocket;
use crate::runtime::create::stdio::inherited::is_pipe;
use anyhow::{Context, Result};
use libcontainer::container::builder::ContainerBuilder;
use rustix::fs::{Gid, OFlags, Uid, fchown, fcntl_getfl, fcntl_setfl};
use rustix::process::{getegid, geteuid};
use std::fs::{File, OpenOptions};
use std::io::{self, PipeReader, PipeWriter};
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

/// The supervisor's ends, until the container has been created.
pub struct PendingStdio {
    console: Option<ConsoleSocket>,
    handles: StdioHandles,
}

impl PendingStdio {
    /// Gives `builder` the descriptors that `io` asks for.
    ///
    /// - `socket`: where to make the console socket, for a command with a terminal.
    /// - `owner`: who the command's user is outside, if the container has a user namespace that this process is not in.
    ///   Pipes are given to that user, who could not open another's pipe again as /dev/stdout.
    pub fn prepare(
        mut builder: ContainerBuilder,
        io: Io,
        terminal: bool,
        socket: &Path,
        owner: Option<(u32, u32)>,
    ) -> Result<(ContainerBuilder, PendingStdio)> {
        let mut pending = PendingStdio {
            console: None,
            handles: StdioHandles {
                once: io.input == Input::Attached { once: true },
                ..StdioHandles::default()
            },
        };
        if terminal {
            let console = ConsoleSocket::listen(socket)?;
            builder = builder.with_console_socket(Some(console.path()));
            pending.console = Some(console);
            return Ok((builder, pending));
        }
        match io.input {
            Input::Inherit => {}
            Input::Null => builder = builder.with_stdin(File::open("/dev/null").context("opening /dev/null")?),
            Input::Attached { .. } => {
                let (theirs, input) = pipe(owner)?;
                builder = builder.with_stdin(theirs);
                pending.handles.input = Some(nonblocking(input.into())?);
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
            Output::Attached => {
                let (stdout, theirs) = pipe(owner)?;
                builder = builder.with_stdout(theirs);
                let (stderr, theirs) = pipe(owner)?;
                builder = builder.with_stderr(theirs);
                pending.handles.outputs = vec![
                    (Stream::Stdout, nonblocking(stdout.into())?),
                    (Stream::Stderr, nonblocking(stderr.into())?),
                ];
            }
        }
        Ok((builder, pending))
    }

    /// The supervisor's ends. Called after the container has been created.
    pub fn handles(self) -> Result<StdioHandles> {
        let mut handles = self.handles;
        if let Some(console) = self.console {
            let terminal = Terminal::new(console.receive_master()?)?;
            handles.outputs = vec![(Stream::Stdout, terminal.clone_master()?)];
            handles.input = Some(terminal.clone_master()?);
            handles.terminal = Some(terminal);
        }
        Ok(handles)
    }
}

/// Makes this process's user the owner of its standard descriptors, so that a user who may not open others' files can
/// open /dev/stdout again. Called in the container before the process gives up its capabilities.
///
/// If the container has a `terminal` of its own (also its /dev/console), only the terminal's user is changed, as runc
/// and crun do: its group is the one that devpts was mounted with. Otherwise only pipes are changed, which nobody else
/// can name: a file or a terminal of the caller stays the caller's.
pub fn give_to_user(terminal: bool) {
    // If the kernel refuses (on a read-only mount), only opening the descriptor again fails.
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

/// A pipe that belongs to the user and group `owner`, or else to this process's.
fn pipe(owner: Option<(u32, u32)>) -> Result<(PipeReader, PipeWriter)> {
    let (reader, writer) = io::pipe().context("making a pipe")?;
    if let Some((uid, gid)) = owner {
        fchown(&reader, Some(Uid::from_raw(uid)), Some(Gid::from_raw(gid)))
            .context("giving a pipe to the container")?;
    }
    Ok((reader, writer))
}

/// Sets `O_NONBLOCK` on this end alone: the other end is an open file of its own.
fn nonblocking(fd: OwnedFd) -> Result<OwnedFd> {
    fcntl_setfl(&fd, fcntl_getfl(&fd)? | OFlags::NONBLOCK).context("preparing a pipe")?;
    Ok(fd)
}
