//! Supervises a running container: relays its output, input and signals, and waits for its end.
//!
//! One thread with one poll(2). The end is learnt from a pidfd, signals from a signalfd, and no descriptor that this
//! loop writes to can block it, so a signal is forwarded whatever a terminal or the container does. Further work in the
//! loop is an [`EventHandler`].

use crate::runtime::attach::drain::{Passed, pass_on, pass_on_rest};
use crate::runtime::attach::event_handler::EventHandler;
use crate::runtime::attach::poll::ready;
use crate::runtime::attach::server;
use crate::runtime::attach::server::{AttachServer, Request};
use crate::runtime::attach::streams::{Sink, Stream};
use crate::runtime::attach::terminal::Terminal;
use crate::sys::process::identity::{Process, send_signal};
use crate::sys::process::{fork, signal};
use anyhow::{Context, Result};
use rustix::event::PollFlags;
use rustix::io::Errno;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::Instant;

/// The exit code of a process whose exit status could not be read.
const UNKNOWN_EXIT_CODE: i32 = 255;

/// A started container, or a further process in one.
pub struct Running {
    /// A child of this process.
    pub init: Process,
    pub pidfd: OwnedFd,
    pub signals: signal::Held,
    pub stdio: StdioHandles,
}

/// The supervisor's ends of the container's standard streams, where these do not lead past it.
#[derive(Default)]
pub struct StdioHandles {
    pub outputs: Vec<(Stream, OwnedFd)>,
    pub input: Option<OwnedFd>,
    /// Whether the input is closed when the first client's input ends.
    pub once: bool,
    pub terminal: Option<Terminal>,
}

impl Running {
    /// The signals that are held back.
    pub fn signals(&self) -> &signal::Held {
        &self.signals
    }

    /// Relays output, input and signals until the container's first process has ended. Returns its exit code (128 + N
    /// for signal N), and what went wrong meanwhile, which does not change the exit code.
    ///
    /// All that the container wrote has gone to `sink` by then; the clients may not have taken all of it. The container
    /// waits for `sink`, which must not block for long. All signals that can be caught are forwarded, and afterwards
    /// held back until `self` is dropped.
    pub fn supervise(
        &mut self,
        clients: &mut AttachServer,
        handler: &mut dyn EventHandler,
        sink: &mut Sink,
    ) -> (i32, Result<()>) {
        let pid = self.init.pid;
        let mut supervisor = Supervisor {
            pidfd: &self.pidfd,
            signals: &self.signals,
            stdio: std::mem::take(&mut self.stdio),
            pending_input: Vec::new(),
            input_ends: false,
        };
        let relayed = loop {
            match supervisor.step(clients, handler, sink) {
                Ok(false) => {}
                Ok(true) => break Ok(()),
                Err(error) => {
                    // Its output is not read any more, so it could block for ever.
                    supervisor.signal(libc::SIGKILL);
                    break Err(error);
                }
            }
        };
        // First of all, and while signals are held back: a second interrupt must not lose the exit code.
        let waited = fork::wait(pid).context("waiting for the container");
        supervisor.finish(clients, sink);
        match waited {
            Ok(ended) => (ended.code(), relayed),
            Err(error) => (UNKNOWN_EXIT_CODE, relayed.and(Err(error))),
        }
    }
}

struct Supervisor<'a> {
    pidfd: &'a OwnedFd,
    signals: &'a signal::Held,
    stdio: StdioHandles,
    /// Input that the container has not taken yet.
    pending_input: Vec<u8>,
    /// Whether the input ends after `pending_input`.
    input_ends: bool,
}

/// Identifies a descriptor that [`Supervisor::wait`] waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    End,
    Signals,
    /// By index in [`StdioHandles::outputs`].
    Output(usize),
    Input,
    Clients(server::Token),
    Handler,
}

impl Supervisor<'_> {
    /// Waits for events and handles them. Returns true when the container has ended.
    fn step(&mut self, clients: &mut AttachServer, handler: &mut dyn EventHandler, sink: &mut Sink) -> Result<bool> {
        let ready = self.wait(clients, handler)?;
        let (mut requests, mut ended) = (Vec::new(), Vec::new());
        for token in &ready {
            match *token {
                Token::End => {}
                Token::Signals => self.forward_signals(handler)?,
                Token::Output(index) => {
                    let (stream, fd) = &self.stdio.outputs[index];
                    let passed = pass_on(fd, *stream, clients, sink);
                    // If nobody reads the stream any more, the container is to get EPIPE, as in a pipeline.
                    if passed == Passed::End || clients.is_closed(*stream) {
                        ended.push(index);
                    }
                }
                Token::Input => self.write_input(clients),
                Token::Clients(token) => clients.handle(token, &mut requests),
                // Called once, below.
                Token::Handler => {}
            }
        }
        // From the last to the first, so that the other indices stay valid.
        ended
            .into_iter()
            .rev()
            .for_each(|index| drop(self.stdio.outputs.remove(index)));
        requests
            .into_iter()
            .for_each(|request| self.handle_request(request, clients, handler));
        if (ready.contains(&Token::Handler) || handler.deadline().is_some_and(|at| at <= Instant::now()))
            && let Some(number) = handler.handle()
        {
            self.signal(number);
        }
        Ok(ready.contains(&Token::End))
    }

    fn wait(&self, clients: &AttachServer, handler: &dyn EventHandler) -> Result<Vec<Token>> {
        let mut fds: Vec<(Token, BorrowedFd, PollFlags)> = vec![
            (Token::End, self.pidfd.as_fd(), PollFlags::IN),
            (Token::Signals, self.signals.as_fd(), PollFlags::IN),
        ];
        // The container waits for the slowest client.
        if !clients.is_blocked() {
            let outputs = self.stdio.outputs.iter().enumerate();
            fds.extend(outputs.map(|(index, (_, fd))| (Token::Output(index), fd.as_fd(), PollFlags::IN)));
        }
        if let (Some(input), false) = (&self.stdio.input, self.pending_input.is_empty()) {
            fds.push((Token::Input, input.as_fd(), PollFlags::OUT));
        }
        // If the container reads no input any more, ours is left to whoever reads it after us.
        let client_fds = clients
            .poll_fds()
            .filter(|(token, ..)| *token != server::Token::Stdin || self.stdio.input.is_some());
        fds.extend(client_fds.map(|(token, fd, flags)| (Token::Clients(token), fd, flags)));
        let handler_fds = handler.readable_fds().into_iter();
        fds.extend(handler_fds.map(|fd| (Token::Handler, fd, PollFlags::IN)));
        ready(&fds, handler.deadline())
    }

    fn forward_signals(&self, handler: &mut dyn EventHandler) -> Result<()> {
        while let Some(number) = self.signals.next().context("reading signals")? {
            handler.forwarded(number);
            self.signal(number);
        }
        Ok(())
    }

    fn signal(&self, number: i32) {
        // If the process has ended meanwhile, the pidfd tells. A number that is no signal comes from a client and is
        // ignored.
        let _ = send_signal(self.pidfd, number);
    }

    fn handle_request(&mut self, request: Request, clients: &mut AttachServer, handler: &mut dyn EventHandler) {
        match request {
            Request::Input(bytes) => {
                self.pending_input.extend(bytes);
                self.write_input(clients);
            }
            Request::EndInput if self.stdio.once => {
                self.input_ends = true;
                self.write_input(clients);
            }
            Request::EndInput => {}
            Request::Resize { columns, rows } => {
                if let Some(terminal) = &self.stdio.terminal {
                    terminal.resize(columns, rows);
                }
            }
            Request::Signal(number) => {
                handler.forwarded(number);
                self.signal(number);
            }
        }
    }

    /// Writes as much of the pending input as the container takes.
    fn write_input(&mut self, clients: &mut AttachServer) {
        let Some(input) = &self.stdio.input else {
            // The container has no input, or reads it no more.
            self.pending_input.clear();
            return clients.input_taken();
        };
        let mut is_closed = false;
        while !self.pending_input.is_empty() {
            match rustix::io::write(input, &self.pending_input) {
                Ok(length) => drop(self.pending_input.drain(..length)),
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return,
                Err(_) => {
                    // Nobody will read it any more.
                    is_closed = true;
                    self.pending_input.clear();
                }
            }
        }
        clients.input_taken();
        if is_closed {
            self.stdio.input = None;
        } else if std::mem::take(&mut self.input_ends) {
            self.end_input(clients);
        }
    }

    /// Closes a pipe; on a terminal types the end-of-file character.
    fn end_input(&mut self, clients: &mut AttachServer) {
        match &self.stdio.terminal {
            None => self.stdio.input = None,
            Some(terminal) => {
                if let Some(key) = terminal.end_of_input() {
                    self.pending_input.push(key);
                    self.write_input(clients);
                }
            }
        }
    }

    /// After the container's end: passes on what it wrote and what has not been read yet.
    fn finish(mut self, clients: &mut AttachServer, sink: &mut Sink) {
        if let Some(terminal) = &mut self.stdio.terminal {
            terminal.close_peer();
        }
        let is_terminal = self.stdio.terminal.is_some();
        for (stream, fd) in &self.stdio.outputs {
            pass_on_rest(fd, *stream, is_terminal, clients, sink);
        }
    }
}
