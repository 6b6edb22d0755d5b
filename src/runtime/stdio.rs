//! The container's standard descriptors, as asked for: what it gets, and what of them stays here.

use super::console::Console;
use super::supervise::{Input, Io, Link, Output};
use anyhow::{Context, Result};
use libcontainer::container::builder::ContainerBuilder;
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use std::fs::{File, OpenOptions};
use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;

/// Our ends, until the container is created.
pub struct Stdio {
    io: Io,
    console: Option<Console>,
    /// The write end of the container's input.
    input: Option<OwnedFd>,
    stdout: Option<OwnedFd>,
    stderr: Option<OwnedFd>,
}

impl Stdio {
    /// Prepares `builder`. The terminal's socket is at `socket`.
    pub fn prepare(
        mut builder: ContainerBuilder,
        io: Io,
        terminal: bool,
        socket: &Path,
    ) -> Result<(ContainerBuilder, Stdio)> {
        let mut ours = Stdio {
            io,
            console: None,
            input: None,
            stdout: None,
            stderr: None,
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
            Input::Held => {
                let (theirs, input) = io::pipe().context("making a pipe")?;
                builder = builder.with_stdin(theirs);
                ours.input = Some(input.into());
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
            Output::Sink => {
                let (stdout, theirs) = io::pipe().context("making a pipe")?;
                builder = builder.with_stdout(theirs);
                ours.stdout = Some(nonblocking(stdout.into())?);
                let (stderr, theirs) = io::pipe().context("making a pipe")?;
                builder = builder.with_stderr(theirs);
                ours.stderr = Some(nonblocking(stderr.into())?);
            }
        }
        Ok((builder, ours))
    }

    /// After the creation: what to relay.
    pub fn link(self) -> Result<Link> {
        if let Some(console) = self.console {
            return Ok(Link::Terminal {
                master: console.receive()?,
                io: self.io,
            });
        }
        Ok(match (self.stdout, self.stderr) {
            (None, None) => Link::Direct { _input: self.input },
            (stdout, stderr) => Link::Pipes {
                stdout,
                stderr,
                _input: self.input,
            },
        })
    }
}

/// This end alone: the other one is a description of its own.
fn nonblocking(fd: OwnedFd) -> Result<OwnedFd> {
    fcntl_setfl(&fd, fcntl_getfl(&fd)? | OFlags::NONBLOCK).context("preparing a pipe")?;
    Ok(fd)
}
