//! While a container runs: its terminal, its output, its signals, and the wait for its end.
//!
//! One thread, one poll(2): the end is learnt from a pidfd, signals come from a signalfd, and no descriptor that this
//! loop writes to can block it, so that a signal is forwarded whatever the terminal or the container does.

use super::terminal::Terminal;
use crate::sys::process::{Process, send_signal};
use crate::sys::{fork, signal};
use anyhow::{Context, Result};
use rustix::event::{PollFd, PollFlags, poll};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

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

/// What hears the output.
pub type Sink<'a> = dyn FnMut(Stream, &[u8]) + 'a;

/// A started container, or a further process of one.
pub struct Running {
    pub(super) init: Process,
    pub(super) pidfd: OwnedFd,
    pub(super) signals: signal::Held,
    pub(super) link: Link,
}

/// What connects the container's standard descriptors to this process.
pub(super) enum Link {
    /// Nothing goes through this process. The descriptor is the input's other end, held open.
    Direct {
        _input: Option<OwnedFd>,
    },
    Pipes {
        stdout: Option<OwnedFd>,
        stderr: Option<OwnedFd>,
        _input: Option<OwnedFd>,
    },
    Terminal {
        master: OwnedFd,
        io: Io,
    },
}

impl Running {
    /// Relays terminal, output and signals until the container's first process has ended; returns its exit code
    /// (128 + N for signal N). `sink` hears the output where it was created with [`Output::Sink`]; it must not block
    /// for long, since the container waits for it. All signals that can be caught are forwarded, meanwhile; the
    /// terminal's mode is restored on every way out.
    pub fn supervise(self, sink: &mut Sink) -> Result<i32> {
        let Running {
            init,
            pidfd,
            signals,
            link,
        } = self;
        let watch = Watch {
            pidfd: &pidfd,
            signals: &signals,
        };
        match link {
            Link::Direct { _input } => while !watch.wait(&[])?.0.ended {},
            Link::Pipes {
                mut stdout,
                mut stderr,
                _input,
            } => {
                pipes(&watch, &mut stdout, &mut stderr, sink)?;
            }
            Link::Terminal { master, io } => terminal(&watch, Terminal::new(master, io)?, sink)?,
        }
        // While all signals are still held: a second interrupt must not make the code be lost.
        Ok(fork::wait(init.pid).context("waiting for the container")?.code())
    }
}

/// What every wait looks at.
struct Watch<'a> {
    pidfd: &'a OwnedFd,
    signals: &'a signal::Held,
}

/// What happened.
#[derive(Default)]
struct Event {
    ended: bool,
    /// The terminal's window has another size.
    resized: bool,
    /// This process was stopped, and goes on.
    continued: bool,
}

impl Watch<'_> {
    /// Waits until something happens; forwards signals. Says what happened to each of `fds`.
    fn wait(&self, fds: &[(BorrowedFd, PollFlags)]) -> Result<(Event, Vec<PollFlags>)> {
        let mut all = vec![
            PollFd::new(self.pidfd, PollFlags::IN),
            PollFd::new(self.signals, PollFlags::IN),
        ];
        all.extend(fds.iter().map(|(fd, flags)| PollFd::from_borrowed_fd(*fd, *flags)));
        match poll(&mut all, None) {
            Err(rustix::io::Errno::INTR) => return Ok((Event::default(), vec![PollFlags::empty(); fds.len()])),
            result => result.context("waiting for the container")?,
        };
        let ready: Vec<_> = all[2..].iter().map(PollFd::revents).collect();
        let mut event = Event {
            ended: !all[0].revents().is_empty(),
            ..Event::default()
        };
        if !all[1].revents().is_empty() {
            while let Some(signal) = self.signals.next().context("reading signals")? {
                match signal {
                    libc::SIGWINCH => event.resized = true,
                    libc::SIGCONT => event.continued = true,
                    _ => {}
                }
                // One that has ended meanwhile is noticed by its pidfd.
                let _ = send_signal(self.pidfd, signal);
            }
        }
        Ok((event, ready))
    }
}

/// Hands both streams to `sink` until the process ends, then what is left in them. Whoever else holds a write end then
/// is not waited for.
fn pipes(watch: &Watch, stdout: &mut Option<OwnedFd>, stderr: &mut Option<OwnedFd>, sink: &mut Sink) -> Result<()> {
    loop {
        let streams = [(Stream::Stdout, &mut *stdout), (Stream::Stderr, &mut *stderr)];
        let open = streams
            .iter()
            .filter_map(|(_, fd)| fd.as_ref())
            .map(|fd| (fd.as_fd(), PollFlags::IN));
        let (event, ready) = watch.wait(&open.collect::<Vec<_>>())?;
        let mut ready = ready.into_iter();
        for (stream, fd) in streams {
            let Some(open) = fd else { continue };
            if ready.next().is_some_and(|flags| !flags.is_empty()) || event.ended {
                let more = pass_on(open, event.ended, &mut |bytes| sink(stream, bytes));
                if !more {
                    *fd = None;
                }
            }
        }
        if event.ended {
            return Ok(());
        }
    }
}

/// Reads what is there, once or (`all`) until nothing is; whether there may be more later.
fn pass_on(fd: &OwnedFd, all: bool, give: &mut dyn FnMut(&[u8])) -> bool {
    let mut buffer = [0; 32 << 10];
    loop {
        match rustix::io::read(fd, &mut buffer) {
            Ok(0) => return false,
            Ok(length) => give(&buffer[..length]),
            Err(rustix::io::Errno::INTR) => continue,
            Err(rustix::io::Errno::AGAIN) => return true,
            Err(_) => return false,
        }
        if !all {
            return true;
        }
    }
}

fn terminal(watch: &Watch, mut terminal: Terminal, sink: &mut Sink) -> Result<()> {
    loop {
        let interests = terminal.interests();
        let ends: Vec<_> = interests.iter().map(|(end, ..)| *end).collect();
        let fds: Vec<_> = interests.into_iter().map(|(_, fd, flags)| (fd, flags)).collect();
        let (event, ready) = watch.wait(&fds)?;
        if event.continued {
            terminal.continued();
        }
        if event.resized {
            terminal.resize();
        }
        for (end, flags) in ends.into_iter().zip(ready) {
            if !flags.is_empty() {
                terminal.ready(end, sink);
            }
        }
        if event.ended {
            terminal.finish(sink);
            // Only a signal ends the wait for a user's terminal that takes nothing.
            while let Some(fd) = terminal.unwritten() {
                let signals = PollFd::new(watch.signals, PollFlags::IN);
                let mut fds = [signals, PollFd::from_borrowed_fd(fd, PollFlags::OUT)];
                if poll(&mut fds, None).is_err() || !fds[0].revents().is_empty() {
                    break;
                }
                terminal.write_out();
            }
            return Ok(());
        }
    }
}
