//! The user's side of an attached container: what stands between a terminal (or pipes) and the container's supervisor, which is
//! another process. The container goes on whatever becomes of this one.
//!
//! In a terminal of the container's own every key goes there, and what the keys mean is its own matter: the user's terminal
//! is in raw mode meanwhile, and as it was before on every way out. Only the detach keys are looked for.

use crate::runtime::attach::detach_keys::{DetachKeys, Lookout};
use crate::runtime::attach::nonblocking::Outlet;
use crate::runtime::attach::poll::ready;
use crate::runtime::attach::protocol::{CHUNK, Channel, MESSAGE, Message, Unable};
use crate::runtime::attach::streams::Stream;
use crate::runtime::attach::terminal::window;
use crate::sys::process::signal;
use crate::sys::tty::RawMode;
use anyhow::{Context, Result};
use rustix::event::PollFlags;
use rustix::io::Errno;
use std::io::{self, IsTerminal};
use std::os::fd::{AsFd, BorrowedFd};

/// What is attached, and how.
#[derive(Debug, Clone)]
pub struct FrontOptions {
    /// Whether our input is passed on.
    pub input: bool,
    pub stdout: bool,
    pub stderr: bool,
    /// Whether the command has a terminal.
    pub terminal: bool,
    pub keys: DetachKeys,
    /// Whether signals are passed on; else they do here what they do to any program. The loss of our terminal never is, where the
    /// command has one of its own.
    pub proxy: bool,
    /// Whether the command ran before, and should draw anew what it shows.
    pub redraw: bool,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parted {
    /// The command did, with this exit code.
    Ended(i32),
    /// By the detach keys, with the terminal, or since nothing but input was attached and there is no more of it.
    Detached,
    /// By this signal.
    Signalled(i32),
    /// Nobody reads our output any more.
    Closed,
    /// The supervisor is gone without a word.
    Lost,
}

/// Signals are held back from when it is made.
pub struct Front {
    options: FrontOptions,
    signals: signal::Held,
}

impl Front {
    pub fn new(options: FrontOptions) -> Result<Front> {
        Ok(Front {
            options,
            signals: signal::Held::all().context("holding signals")?,
        })
    }

    /// Stays until the command ends, or the user leaves.
    pub fn stay(self, channel: Channel) -> Result<Parted> {
        let Front { options, signals } = self;
        let keyboard = options.input && options.terminal && io::stdin().is_terminal();
        let raw = match keyboard {
            true => Some(RawMode::enter(io::stdin()).context("setting raw mode")?),
            false => None,
        };
        let mut session = Session {
            signals,
            channel,
            raw,
            lookout: Lookout::new(&options.keys),
            reads: options.input,
            ends: false,
            typed: Vec::new(),
            may_type: true,
            outlets: [Outlet::stdout()?, Outlet::stderr()?],
            options,
        };
        session.resize(session.options.redraw);
        let parted = loop {
            if let Some(parted) = session.turn()? {
                break parted;
            }
        };
        if let Parted::Ended(_) = parted {
            session.write_out();
            // One more that came for a container that is gone must not cost its exit code; neither must an error here.
            let _ = session.signals.discard();
        }
        Ok(parted)
    }
}

struct Session {
    /// First to go: once signals are let through, this process may end at once.
    raw: Option<RawMode>,
    options: FrontOptions,
    signals: signal::Held,
    channel: Channel,
    lookout: Lookout,
    /// Whether our input has not ended.
    reads: bool,
    /// Whether that it has ended is still to be said.
    ends: bool,
    /// What is still to be sent of it.
    typed: Vec<u8>,
    /// Whether what was sent before has been taken.
    may_type: bool,
    outlets: [Outlet; 2],
}

/// What can become ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Signals,
    Channel,
    Stdin,
    Outlet(usize),
}

impl Session {
    /// Waits until something can be done and does it; how it ended, where it did.
    fn turn(&mut self) -> Result<Option<Parted>> {
        for source in self.wait()? {
            let parted = match source {
                Source::Signals => self.signal()?,
                Source::Channel => self.hear(),
                Source::Stdin => self.read_in(),
                Source::Outlet(index) => {
                    self.outlets[index].go_on();
                    None
                }
            };
            // A command with a terminal shows nothing more, and goes on; as any program would on a terminal that is gone.
            let closed = !self.options.terminal && self.outlets.iter().any(Outlet::is_closed);
            if parted.is_some() || closed {
                return Ok(parted.or(Some(Parted::Closed)));
            }
        }
        Ok(None)
    }

    fn wait(&self) -> Result<Vec<Source>> {
        let stdin = io::stdin();
        let mut fds: Vec<(Source, BorrowedFd, PollFlags)> =
            vec![(Source::Signals, self.signals.as_fd(), PollFlags::IN)];
        if self.reads && self.typed.is_empty() {
            fds.push((Source::Stdin, stdin.as_fd(), PollFlags::IN));
        }
        let outlets = self.outlets.iter().enumerate();
        fds.extend(
            outlets.filter_map(|(index, outlet)| Some((Source::Outlet(index), outlet.blocked()?, PollFlags::OUT))),
        );
        let mut channel = PollFlags::empty();
        // As long as our output takes nothing, nothing is taken from the container.
        channel.set(
            PollFlags::IN,
            self.outlets.iter().all(|outlet| outlet.blocked().is_none()),
        );
        channel.set(PollFlags::OUT, self.may_type && !self.typed.is_empty());
        if !channel.is_empty() {
            fds.push((Source::Channel, self.channel.as_fd(), channel));
        }
        ready(&fds, None)
    }

    /// Takes one message, and sends what was typed.
    fn hear(&mut self) -> Option<Parted> {
        let mut space = [0; MESSAGE];
        if self.outlets.iter().all(|outlet| outlet.blocked().is_none()) {
            match self.channel.receive(&mut space) {
                Ok(Message::Output(stream, bytes)) => match stream {
                    Stream::Stdout if self.options.stdout => self.outlets[0].put(bytes),
                    Stream::Stderr if self.options.stderr => self.outlets[1].put(bytes),
                    _ => {}
                },
                Ok(Message::Taken) => {
                    self.may_type = true;
                    if self.has_done() {
                        return Some(Parted::Detached);
                    }
                }
                Ok(Message::Ended(code)) => return Some(Parted::Ended(code)),
                Err(Unable::Wait) => {}
                Ok(_) | Err(Unable::Gone) => return Some(Parted::Lost),
            }
        }
        self.send_typed();
        None
    }

    /// Whether nothing but input was attached, and all of it is in the container.
    fn has_done(&self) -> bool {
        !self.options.stdout && !self.options.stderr && !self.reads && self.may_type && self.typed.is_empty()
    }

    fn send_typed(&mut self) {
        if self.may_type && !self.typed.is_empty() && self.channel.send(Message::Input(&self.typed)).is_ok() {
            self.may_type = false;
            self.typed.clear();
        }
        if self.typed.is_empty() && std::mem::take(&mut self.ends) {
            // The supervisor lets it end behind what was typed before.
            let _ = self.channel.send(Message::InputEnd);
        }
    }

    fn read_in(&mut self) -> Option<Parted> {
        // Room for what was kept back of the keys.
        let mut buffer = [0; CHUNK - 256];
        let length = match rustix::io::read(io::stdin(), &mut buffer) {
            Ok(length) => length,
            Err(Errno::INTR | Errno::AGAIN) => return None,
            Err(_) => 0,
        };
        if length == 0 {
            return self.end_input();
        }
        match self.options.terminal {
            true if self.lookout.pass(&buffer[..length], &mut self.typed) => {
                // What was typed before the keys is the container's.
                self.send_typed();
                return Some(Parted::Detached);
            }
            true => {}
            false => self.typed.extend_from_slice(&buffer[..length]),
        }
        self.send_typed();
        None
    }

    /// A terminal in raw mode has no end of input; where it comes, the terminal is gone.
    fn end_input(&mut self) -> Option<Parted> {
        self.reads = false;
        if self.raw.is_some() {
            return Some(Parted::Detached);
        }
        self.ends = true;
        self.typed.extend_from_slice(self.lookout.rest());
        self.send_typed();
        self.has_done().then_some(Parted::Detached)
    }

    fn signal(&mut self) -> Result<Option<Parted>> {
        while let Some(number) = self.signals.next().context("reading signals")? {
            match number {
                libc::SIGWINCH if self.options.terminal => self.resize(false),
                libc::SIGCONT if self.raw.is_some() => self.go_on(),
                libc::SIGHUP if self.options.terminal => return Ok(Some(Parted::Detached)),
                _ if self.options.proxy => {
                    let _ = self.channel.send(Message::Signal(number));
                }
                libc::SIGWINCH | libc::SIGCONT | libc::SIGURG => {}
                libc::SIGTSTP => {
                    // As this signal does where nobody holds it back. The terminal is the shell's until we go on.
                    if let Some(raw) = &self.raw {
                        raw.leave();
                    }
                    let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::STOP);
                }
                _ => return Ok(Some(Parted::Signalled(number))),
            }
        }
        Ok(None)
    }

    /// After a stop, which has left the terminal in the shell's mode.
    fn go_on(&self) {
        if let Some(raw) = &self.raw {
            let _ = raw.again();
        }
        self.resize(false);
    }

    /// Tells the container the size of our terminal. A program draws anew when the size changes, and only then: to `redraw` it
    /// becomes another for a moment.
    fn resize(&self, redraw: bool) {
        if !self.options.terminal || !self.options.stdout {
            return;
        }
        let Some(size) = window() else { return };
        let send = |columns, rows| {
            // A size that does not get through now is followed by another.
            let _ = self.channel.send(Message::Resize { columns, rows });
        };
        if redraw {
            send(size.ws_col.saturating_add(1), size.ws_row.saturating_add(1));
        }
        send(size.ws_col, size.ws_row);
    }

    /// Waits until our output has taken all, or a signal comes: nothing else ends the wait for a terminal that takes nothing.
    fn write_out(&mut self) {
        loop {
            let blocked = self.outlets.iter().filter_map(Outlet::blocked);
            let mut fds: Vec<_> = blocked.map(|fd| (false, fd, PollFlags::OUT)).collect();
            if fds.is_empty() {
                return;
            }
            fds.push((true, self.signals.as_fd(), PollFlags::IN));
            match ready(&fds, None) {
                Ok(is_signal) if !is_signal.contains(&true) => {}
                _ => return,
            }
            self.outlets.iter_mut().for_each(Outlet::go_on);
        }
    }
}
