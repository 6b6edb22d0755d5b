//! The attach client: connects a user's terminal (or pipes) with a container's supervisor, which is another process.
//! The container goes on whatever becomes of the client.
//!
//! If the container has a terminal of its own, every key goes there and is interpreted there. So the user's terminal is
//! in raw mode meanwhile, and is restored on every way out. The client itself looks for the detach keys alone.

use crate::runtime::attach::detach_keys::{DetachKeyMatcher, DetachKeys};
use crate::runtime::attach::nonblocking::NonblockingWriter;
use crate::runtime::attach::poll::ready;
use crate::runtime::attach::protocol::{CHUNK, Channel, ChannelError, MESSAGE, Message};
use crate::runtime::attach::streams::Stream;
use crate::runtime::attach::terminal::window;
use crate::sys::process::signal;
use crate::sys::terminal::RawMode;
use anyhow::{Context, Result};
use rustix::event::PollFlags;
use rustix::io::Errno;
use std::io::{self, IsTerminal};
use std::os::fd::{AsFd, BorrowedFd};

/// What is attached, and how.
#[derive(Debug, Clone)]
pub struct ClientOptions {
    /// Whether standard input is sent to the container.
    pub input: bool,
    pub stdout: bool,
    pub stderr: bool,
    /// Whether the command has a terminal.
    pub terminal: bool,
    pub keys: DetachKeys,
    /// Whether signals are forwarded to the container (`--sig-proxy`); otherwise they act on this process. The hangup
    /// of our terminal is never forwarded where the command has a terminal of its own.
    pub proxy: bool,
    /// Whether the command ran before, and is to draw its screen anew.
    pub redraw: bool,
}

/// How the attachment ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttachOutcome {
    /// The command ended with this exit code.
    Ended(i32),
    /// The user detached: by the keys, by closing the terminal, or because only input was attached and it has ended.
    Detached,
    /// This process received this signal.
    Signalled(i32),
    /// Nobody reads our output any more.
    Closed,
    /// The supervisor has gone without reporting an exit code.
    Lost,
}

/// An attach client that is not connected yet. It holds signals back from when it is made.
pub struct AttachClient {
    options: ClientOptions,
    signals: signal::Held,
}

impl AttachClient {
    pub fn new(options: ClientOptions) -> Result<AttachClient> {
        Ok(AttachClient {
            options,
            signals: signal::Held::all().context("holding signals")?,
        })
    }

    /// Relays until the command ends or the user detaches.
    pub fn run(self, channel: Channel) -> Result<AttachOutcome> {
        let AttachClient { options, signals } = self;
        let keyboard = options.input && options.terminal && io::stdin().is_terminal();
        let raw = match keyboard {
            true => Some(RawMode::enter(io::stdin()).context("setting raw mode")?),
            false => None,
        };
        let mut session = Session {
            signals,
            channel,
            raw,
            matcher: DetachKeyMatcher::new(&options.keys),
            input_open: options.input,
            input_end_unsent: false,
            unsent_input: Vec::new(),
            may_send_input: true,
            writers: [NonblockingWriter::stdout()?, NonblockingWriter::stderr()?],
            options,
        };
        session.send_size(session.options.redraw);
        let outcome = loop {
            if let Some(outcome) = session.step()? {
                break outcome;
            }
        };
        if let AttachOutcome::Ended(_) = outcome {
            session.write_rest();
            // A late signal must not replace the exit code; neither must an error here.
            let _ = session.signals.discard();
        }
        Ok(outcome)
    }
}

struct Session {
    /// Dropped before `signals`: once signals are let through, this process may end at once.
    raw: Option<RawMode>,
    options: ClientOptions,
    signals: signal::Held,
    channel: Channel,
    matcher: DetachKeyMatcher,
    /// Whether standard input is attached and has not ended.
    input_open: bool,
    /// Whether the server is still to be told that the input has ended.
    input_end_unsent: bool,
    /// Input that is still to be sent.
    unsent_input: Vec<u8>,
    /// Whether the container has taken the input that was sent last.
    may_send_input: bool,
    writers: [NonblockingWriter; 2],
}

/// Identifies a descriptor that [`Session::wait`] waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Signals,
    Channel,
    Stdin,
    Writer(usize),
}

impl Session {
    /// Waits for events and handles them. Returns how the attachment ended, if it did.
    fn step(&mut self) -> Result<Option<AttachOutcome>> {
        for token in self.wait()? {
            let outcome = match token {
                Token::Signals => self.handle_signals()?,
                Token::Channel => self.handle_channel(),
                Token::Stdin => self.read_input(),
                Token::Writer(index) => {
                    self.writers[index].flush();
                    None
                }
            };
            // With a terminal the command goes on after our output is closed, as any program does when its terminal is
            // gone.
            let closed = !self.options.terminal && self.writers.iter().any(NonblockingWriter::is_closed);
            if outcome.is_some() || closed {
                return Ok(outcome.or(Some(AttachOutcome::Closed)));
            }
        }
        Ok(None)
    }

    fn wait(&self) -> Result<Vec<Token>> {
        let stdin = io::stdin();
        let mut fds: Vec<(Token, BorrowedFd, PollFlags)> = vec![(Token::Signals, self.signals.as_fd(), PollFlags::IN)];
        if self.input_open && self.unsent_input.is_empty() {
            fds.push((Token::Stdin, stdin.as_fd(), PollFlags::IN));
        }
        let writers = self.writers.iter().enumerate();
        fds.extend(
            writers.filter_map(|(index, writer)| Some((Token::Writer(index), writer.blocked()?, PollFlags::OUT))),
        );
        let mut channel = PollFlags::empty();
        // While our output is blocked, nothing is taken from the container: it waits for us.
        channel.set(PollFlags::IN, !self.output_blocked());
        channel.set(PollFlags::OUT, self.may_send_input && !self.unsent_input.is_empty());
        if !channel.is_empty() {
            fds.push((Token::Channel, self.channel.as_fd(), channel));
        }
        ready(&fds, None)
    }

    fn output_blocked(&self) -> bool {
        self.writers.iter().any(|writer| writer.blocked().is_some())
    }

    /// Receives one message, and sends input.
    fn handle_channel(&mut self) -> Option<AttachOutcome> {
        let mut buffer = [0; MESSAGE];
        if !self.output_blocked() {
            match self.channel.receive(&mut buffer) {
                Ok(Message::Output(stream, bytes)) => match stream {
                    Stream::Stdout if self.options.stdout => self.writers[0].write(bytes),
                    Stream::Stderr if self.options.stderr => self.writers[1].write(bytes),
                    _ => {}
                },
                Ok(Message::Taken) => {
                    self.may_send_input = true;
                    if self.is_done() {
                        return Some(AttachOutcome::Detached);
                    }
                }
                Ok(Message::Ended(code)) => return Some(AttachOutcome::Ended(code)),
                Err(ChannelError::WouldBlock) => {}
                Ok(_) | Err(ChannelError::Closed) => return Some(AttachOutcome::Lost),
            }
        }
        self.send_input();
        None
    }

    /// Whether only input was attached, and the container has taken all of it.
    fn is_done(&self) -> bool {
        let input_only = !self.options.stdout && !self.options.stderr;
        input_only && !self.input_open && self.may_send_input && self.unsent_input.is_empty()
    }

    fn send_input(&mut self) {
        if self.may_send_input
            && !self.unsent_input.is_empty()
            && self.channel.send(Message::Input(&self.unsent_input)).is_ok()
        {
            self.may_send_input = false;
            self.unsent_input.clear();
        }
        if self.unsent_input.is_empty() && std::mem::take(&mut self.input_end_unsent) {
            // The supervisor ends the input after what was sent before.
            let _ = self.channel.send(Message::InputEnd);
        }
    }

    fn read_input(&mut self) -> Option<AttachOutcome> {
        // A message must also have room for the keys that were held back.
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
            true if self.matcher.feed(&buffer[..length], &mut self.unsent_input) => {
                // What was typed before the detach keys belongs to the container.
                self.send_input();
                return Some(AttachOutcome::Detached);
            }
            true => {}
            false => self.unsent_input.extend_from_slice(&buffer[..length]),
        }
        self.send_input();
        None
    }

    /// A terminal in raw mode has no end of input: a read of no bytes means that the terminal is gone.
    fn end_input(&mut self) -> Option<AttachOutcome> {
        self.input_open = false;
        if self.raw.is_some() {
            return Some(AttachOutcome::Detached);
        }
        self.input_end_unsent = true;
        self.unsent_input.extend_from_slice(self.matcher.take_held_back());
        self.send_input();
        self.is_done().then_some(AttachOutcome::Detached)
    }

    fn handle_signals(&mut self) -> Result<Option<AttachOutcome>> {
        while let Some(number) = self.signals.next().context("reading signals")? {
            match number {
                libc::SIGWINCH if self.options.terminal => self.send_size(false),
                libc::SIGCONT if self.raw.is_some() => self.resume(),
                libc::SIGHUP if self.options.terminal => return Ok(Some(AttachOutcome::Detached)),
                _ if self.options.proxy => {
                    let _ = self.channel.send(Message::Signal(number));
                }
                libc::SIGWINCH | libc::SIGCONT | libc::SIGURG => {}
                libc::SIGTSTP => {
                    // The signal's default action. Until SIGCONT the terminal is the shell's.
                    if let Some(raw) = &self.raw {
                        raw.leave();
                    }
                    let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::STOP);
                }
                _ => return Ok(Some(AttachOutcome::Signalled(number))),
            }
        }
        Ok(None)
    }

    /// After a stop: the shell has set the terminal to its own mode.
    fn resume(&self) {
        if let Some(raw) = &self.raw {
            let _ = raw.again();
        }
        self.send_size(false);
    }

    /// Sends the size of our terminal. Programs draw anew only when the size changes: to make them `redraw`, another
    /// size is sent first.
    fn send_size(&self, redraw: bool) {
        if !self.options.terminal || !self.options.stdout {
            return;
        }
        let Some(size) = window() else { return };
        let send = |columns, rows| {
            // A size that cannot be sent now is replaced by the next one.
            let _ = self.channel.send(Message::Resize { columns, rows });
        };
        if redraw {
            send(size.ws_col.saturating_add(1), size.ws_row.saturating_add(1));
        }
        send(size.ws_col, size.ws_row);
    }

    /// Waits until our output has taken everything. A signal ends the wait: nothing else could, for a terminal that
    /// takes nothing.
    fn write_rest(&mut self) {
        loop {
            let blocked = self.writers.iter().filter_map(NonblockingWriter::blocked);
            let mut fds: Vec<_> = blocked.map(|fd| (false, fd, PollFlags::OUT)).collect();
            if fds.is_empty() {
                return;
            }
            fds.push((true, self.signals.as_fd(), PollFlags::IN));
            match ready(&fds, None) {
                Ok(is_signal) if !is_signal.contains(&true) => {}
                _ => return,
            }
            self.writers.iter_mut().for_each(NonblockingWriter::flush);
        }
    }
}
