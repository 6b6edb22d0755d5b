//! While a container runs: its output, its input, its signals, and the wait for its end.
//!
//! One thread, one poll(2): the end is learnt from a pidfd, signals come from a signalfd, and no descriptor that this
//! loop writes to can block it, so that a signal is forwarded whatever a terminal or the container does. Who else is to be
//! looked after while a container runs is an [`Attendant`].

use crate::runtime::attach::drain::{Passed, pass_on, pass_on_rest};
use crate::runtime::attach::event_handler::Attendant;
use crate::runtime::attach::poll::ready;
use crate::runtime::attach::server::{Audience, Seat, Wish};
use crate::runtime::attach::streams::{Sink, Stream};
use crate::runtime::attach::terminal::Terminal;
use crate::sys::process::identity::{Process, send_signal};
use crate::sys::process::{fork, signal};
use anyhow::{Context, Result};
use rustix::event::PollFlags;
use rustix::io::Errno;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::Instant;

/// The exit code of a process whose end nobody saw.
const UNSEEN: i32 = 255;

/// A started container, or a further process of one.
pub struct Running {
    pub init: Process,
    pub pidfd: OwnedFd,
    pub signals: signal::Held,
    pub link: Link,
}

/// Our ends of the container's standard descriptors, as far as they are not its own.
#[derive(Default)]
pub struct Link {
    pub outputs: Vec<(Stream, OwnedFd)>,
    pub input: Option<OwnedFd>,
    /// Whether the first end of input is the last.
    pub once: bool,
    pub terminal: Option<Terminal>,
}

impl Running {
    /// Those that are held back.
    pub fn signals(&self) -> &signal::Held {
        &self.signals
    }

    /// Relays output, input and signals until the container's first process has ended; returns its exit code (128 + N
    /// for signal N), and what went wrong meanwhile, which costs no exit code. All that it wrote has gone to `sink`
    /// then, which must not block for long since the container waits for it; the audience may still be behind. All
    /// signals that can be caught are forwarded, meanwhile; then they are held back until this is dropped.
    pub fn supervise(
        &mut self,
        audience: &mut Audience,
        attendant: &mut dyn Attendant,
        sink: &mut Sink,
    ) -> (i32, Result<()>) {
        let pid = self.init.pid;
        let mut supervisor = Supervisor {
            pidfd: &self.pidfd,
            signals: &self.signals,
            link: std::mem::take(&mut self.link),
            typed: Vec::new(),
            ends: false,
        };
        let relayed = loop {
            match supervisor.turn(audience, attendant, sink) {
                Ok(false) => {}
                Ok(true) => break Ok(()),
                Err(error) => {
                    // It would wait for ever to be heard.
                    supervisor.signal(libc::SIGKILL);
                    break Err(error);
                }
            }
        };
        // Before anything else is done, and while all signals are still held: a second interrupt must not make the code
        // be lost.
        let waited = fork::wait(pid).context("waiting for the container");
        supervisor.finish(audience, sink);
        match waited {
            Ok(ended) => (ended.code(), relayed),
            Err(error) => (UNSEEN, relayed.and(Err(error))),
        }
    }
}

struct Supervisor<'a> {
    pidfd: &'a OwnedFd,
    signals: &'a signal::Held,
    link: Link,
    /// What was typed and the container has not taken yet.
    typed: Vec<u8>,
    /// Whether the input ends after that.
    ends: bool,
}

/// What can become ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    End,
    Signals,
    /// By place in [`Link::outputs`].
    Output(usize),
    Input,
    Audience(Seat),
    Attendant,
}

impl Supervisor<'_> {
    /// Waits until something can be done and does it; true where the container has ended.
    fn turn(&mut self, audience: &mut Audience, attendant: &mut dyn Attendant, sink: &mut Sink) -> Result<bool> {
        let ready = self.wait(audience, attendant)?;
        let (mut wishes, mut over) = (Vec::new(), Vec::new());
        for source in &ready {
            match *source {
                Source::End => {}
                Source::Signals => self.forward(attendant)?,
                Source::Output(place) => {
                    let (stream, fd) = &self.link.outputs[place];
                    let passed = pass_on(fd, *stream, audience, sink);
                    // With nobody to read it, the container is to notice: a broken pipe.
                    if passed == Passed::All || audience.has_left(*stream) {
                        over.push(place);
                    }
                }
                Source::Input => self.type_in(audience),
                Source::Audience(seat) => audience.ready(seat, &mut wishes),
                // Attended to below, once.
                Source::Attendant => {}
            }
        }
        // From the last to the first, so that the places of the others stay what they are.
        over.into_iter()
            .rev()
            .for_each(|place| drop(self.link.outputs.remove(place)));
        wishes
            .into_iter()
            .for_each(|wish| self.grant(wish, audience, attendant));
        if (ready.contains(&Source::Attendant) || attendant.deadline().is_some_and(|at| at <= Instant::now()))
            && let Some(number) = attendant.attend()
        {
            self.signal(number);
        }
        Ok(ready.contains(&Source::End))
    }

    fn wait(&self, audience: &Audience, attendant: &dyn Attendant) -> Result<Vec<Source>> {
        let mut fds: Vec<(Source, BorrowedFd, PollFlags)> = vec![
            (Source::End, self.pidfd.as_fd(), PollFlags::IN),
            (Source::Signals, self.signals.as_fd(), PollFlags::IN),
        ];
        // As long as somebody is behind, the container waits.
        if !audience.is_behind() {
            let outputs = self.link.outputs.iter().enumerate();
            fds.extend(outputs.map(|(place, (_, fd))| (Source::Output(place), fd.as_fd(), PollFlags::IN)));
        }
        if let (Some(input), false) = (&self.link.input, self.typed.is_empty()) {
            fds.push((Source::Input, input.as_fd(), PollFlags::OUT));
        }
        // What nobody is to read is left to whoever reads our own input after us.
        let seats = audience
            .seats()
            .filter(|(seat, ..)| *seat != Seat::Input || self.link.input.is_some());
        fds.extend(seats.map(|(seat, fd, flags)| (Source::Audience(seat), fd, flags)));
        let attended = attendant.waits_for().into_iter();
        fds.extend(attended.map(|fd| (Source::Attendant, fd, PollFlags::IN)));
        ready(&fds, attendant.deadline())
    }

    fn forward(&self, attendant: &mut dyn Attendant) -> Result<()> {
        while let Some(number) = self.signals.next().context("reading signals")? {
            attendant.passed_on(number);
            self.signal(number);
        }
        Ok(())
    }

    fn signal(&self, number: i32) {
        // One that has ended meanwhile is noticed by its pidfd, and a number that is no signal by nobody.
        let _ = send_signal(self.pidfd, number);
    }

    fn grant(&mut self, wish: Wish, audience: &mut Audience, attendant: &mut dyn Attendant) {
        match wish {
            Wish::Type(bytes) => {
                self.typed.extend(bytes);
                self.type_in(audience);
            }
            Wish::EndInput if self.link.once => {
                self.ends = true;
                self.type_in(audience);
            }
            Wish::EndInput => {}
            Wish::Resize { columns, rows } => {
                if let Some(terminal) = &self.link.terminal {
                    terminal.resize(columns, rows);
                }
            }
            Wish::Signal(number) => {
                attendant.passed_on(number);
                self.signal(number);
            }
        }
    }

    /// Gives the container what was typed, as far as it takes it.
    fn type_in(&mut self, audience: &mut Audience) {
        let Some(input) = &self.link.input else {
            // It has none, or no more.
            self.typed.clear();
            return audience.taken();
        };
        let mut is_closed = false;
        while !self.typed.is_empty() {
            match rustix::io::write(input, &self.typed) {
                Ok(length) => drop(self.typed.drain(..length)),
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return,
                Err(_) => {
                    // Nobody will read it any more.
                    is_closed = true;
                    self.typed.clear();
                }
            }
        }
        audience.taken();
        if is_closed {
            self.link.input = None;
        } else if std::mem::take(&mut self.ends) {
            self.end_input(audience);
        }
    }

    /// A pipe is closed; on a terminal is typed what means the end there.
    fn end_input(&mut self, audience: &mut Audience) {
        match &self.link.terminal {
            None => self.link.input = None,
            Some(terminal) => {
                if let Some(key) = terminal.end_of_input() {
                    self.typed.push(key);
                    self.type_in(audience);
                }
            }
        }
    }

    /// The container has ended: what it wrote and nobody has read yet is passed on.
    fn finish(mut self, audience: &mut Audience, sink: &mut Sink) {
        if let Some(terminal) = &mut self.link.terminal {
            terminal.let_go();
        }
        let is_terminal = self.link.terminal.is_some();
        for (stream, fd) in &self.link.outputs {
            pass_on_rest(fd, *stream, is_terminal, audience, sink);
        }
    }
}
