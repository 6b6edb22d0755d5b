//! Those who are attached to a container: they hear what it writes, and what they type goes to it.
//!
//! Every one hears everything, from when it came. As in Docker the container waits for the slowest: nothing more is read from
//! it while somebody has not taken what was read before, and so nothing piles up here. Who goes away is waited for no more.

use crate::runtime::attach::nonblocking::Outlet;
use crate::runtime::attach::poll::ready;
use crate::runtime::attach::protocol::{CHUNK, Channel, Listener, MESSAGE, Message, Unable};
use crate::runtime::attach::streams::Stream;
use crate::sys::process::signal;
use anyhow::Result;
use rustix::event::PollFlags;
use rustix::io::Errno;
use std::collections::VecDeque;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;
use std::time::Instant;

/// See the module.
#[derive(Debug, Default)]
pub struct Audience {
    /// Where more may come.
    listener: Option<Listener>,
    /// Our own standard output and error, where the supervisor is what the user started.
    own: Option<[Outlet; 2]>,
    /// Our own standard input, likewise, until its end.
    input: Option<OwnedFd>,
    /// Whether some of that is on the way into the container.
    has_typed: bool,
    members: Vec<Member>,
    /// The next one's number.
    next: usize,
}

#[derive(Debug)]
struct Member {
    number: usize,
    channel: Channel,
    /// What it is still to hear.
    behind: VecDeque<Word>,
    /// Whether input of its is on the way into the container.
    has_typed: bool,
}

#[derive(Debug)]
enum Word {
    Output(Stream, Vec<u8>),
    Ended(i32),
}

/// What somebody wants.
#[derive(Debug, PartialEq, Eq)]
pub enum Wish {
    Type(Vec<u8>),
    EndInput,
    Resize { columns: u16, rows: u16 },
    Signal(i32),
}

/// What can become ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seat {
    Door,
    Input,
    Own(usize),
    Member(usize),
}

impl Audience {
    /// Nobody, for now.
    pub fn nobody() -> Audience {
        Audience::default()
    }

    /// The front that this process was forked from.
    pub fn front(channel: Channel) -> Audience {
        let mut audience = Audience::nobody();
        audience.join(channel);
        audience
    }

    /// Our own standard input, and our own standard output and error.
    pub fn own(input: bool, output: bool) -> Result<Audience> {
        let stdin = || io::stdin().as_fd().try_clone_to_owned();
        let outlets = || Ok::<_, io::Error>([Outlet::stdout()?, Outlet::stderr()?]);
        Ok(Audience {
            input: input.then(stdin).transpose()?,
            own: output.then(outlets).transpose()?,
            ..Audience::nobody()
        })
    }

    /// Lets in whoever connects to the socket at `path`, from now on.
    pub fn open(&mut self, path: &Path) -> Result<()> {
        self.listener = Some(Listener::bind(path)?);
        Ok(())
    }

    fn join(&mut self, channel: Channel) {
        self.members.push(Member {
            number: self.next,
            channel,
            behind: VecDeque::new(),
            has_typed: false,
        });
        self.next += 1;
    }

    /// What to wait for now.
    pub fn seats(&self) -> impl Iterator<Item = (Seat, BorrowedFd<'_>, PollFlags)> {
        let door = self
            .listener
            .iter()
            .map(|door| (Seat::Door, door.as_fd(), PollFlags::IN));
        let input = self.input.iter().filter(|_| !self.has_typed);
        let input = input.map(|input| (Seat::Input, input.as_fd(), PollFlags::IN));
        let own = self.own.iter().flatten().enumerate();
        let own = own.filter_map(|(index, outlet)| Some((Seat::Own(index), outlet.blocked()?, PollFlags::OUT)));
        let members = self.members.iter().map(|member| {
            let flags = match member.behind.is_empty() {
                true => PollFlags::IN,
                false => PollFlags::IN | PollFlags::OUT,
            };
            (Seat::Member(member.number), member.channel.as_fd(), flags)
        });
        door.chain(input).chain(own).chain(members)
    }

    /// Does what can be done at `seat`; what is wanted is added to `wishes`.
    pub fn ready(&mut self, seat: Seat, wishes: &mut Vec<Wish>) {
        match seat {
            Seat::Door => {
                while let Some(channel) = self.listener.as_ref().and_then(Listener::accept) {
                    self.join(channel);
                }
            }
            Seat::Input => wishes.extend(self.read()),
            Seat::Own(index) => {
                if let Some(own) = &mut self.own {
                    own[index].go_on();
                }
            }
            Seat::Member(number) => {
                let stays = |member: &mut Member| member.number != number || member.ready(wishes).is_ok();
                self.members.retain_mut(stays);
            }
        }
    }

    /// What is there of our own input.
    fn read(&mut self) -> Option<Wish> {
        let mut buffer = [0; CHUNK];
        match rustix::io::read(self.input.as_ref()?, &mut buffer) {
            Err(Errno::INTR | Errno::AGAIN) => None,
            Ok(0) | Err(_) => {
                self.input = None;
                Some(Wish::EndInput)
            }
            Ok(length) => {
                self.has_typed = true;
                Some(Wish::Type(buffer[..length].to_vec()))
            }
        }
    }

    /// Whether somebody has not taken all yet.
    pub fn is_behind(&self) -> bool {
        let own = self.own.iter().flatten().any(|outlet| outlet.blocked().is_some());
        own || self.members.iter().any(|member| !member.behind.is_empty())
    }

    /// Whether whoever was to hear this stream will never again, and nobody else is there: the reader of our own output is gone.
    pub fn has_left(&self, stream: Stream) -> bool {
        let own = self.own.as_ref().is_some_and(|own| own[index(stream)].is_closed());
        own && self.members.is_empty()
    }

    /// Tells everybody what the container wrote.
    pub fn hear(&mut self, stream: Stream, bytes: &[u8]) {
        if let Some(own) = &mut self.own {
            own[index(stream)].put(bytes);
        }
        for piece in bytes.chunks(CHUNK) {
            let told = |member: &mut Member| {
                if !member.behind.is_empty() {
                    member.behind.push_back(Word::Output(stream, piece.to_vec()));
                    return true;
                }
                match member.channel.send(Message::Output(stream, piece)) {
                    Ok(()) => true,
                    Err(Unable::Wait) => {
                        member.behind.push_back(Word::Output(stream, piece.to_vec()));
                        true
                    }
                    Err(Unable::Gone) => false,
                }
            };
            self.members.retain_mut(told);
        }
    }

    /// The container has taken all that was typed.
    pub fn taken(&mut self) {
        self.has_typed = false;
        let typists = self.members.iter_mut().filter(|member| member.has_typed);
        typists.for_each(|member| {
            member.has_typed = false;
            // It has room for a word as short as this, or is gone.
            let _ = member.channel.send(Message::Taken);
        });
    }

    /// Tells everybody the exit code, and waits until all have heard everything, or went away, or the deadline; a signal ends the wait, since it
    /// may be for a terminal that takes nothing.
    pub fn dismiss(mut self, code: i32, signals: &signal::Held, deadline: Option<Instant>) {
        self.listener = None;
        self.input = None;
        for member in &mut self.members {
            member.behind.push_back(Word::Ended(code));
        }
        self.members.retain_mut(|member| member.tell().is_ok());
        while self.is_behind() && deadline.is_none_or(|at| Instant::now() < at) {
            let behind = self.seats().filter(|(_, _, flags)| flags.contains(PollFlags::OUT));
            let mut fds: Vec<_> = behind.map(|(seat, fd, _)| (Some(seat), fd, PollFlags::OUT)).collect();
            fds.push((None, signals.as_fd(), PollFlags::IN));
            let seats = match ready(&fds, deadline) {
                Ok(seats) if !seats.contains(&None) => seats,
                _ => return,
            };
            for seat in seats.into_iter().flatten() {
                match seat {
                    Seat::Member(number) => self
                        .members
                        .retain_mut(|member| member.number != number || member.tell().is_ok()),
                    other => self.ready(other, &mut Vec::new()),
                }
            }
        }
    }
}

fn index(stream: Stream) -> usize {
    usize::from(stream == Stream::Stderr)
}

impl Member {
    fn ready(&mut self, wishes: &mut Vec<Wish>) -> Result<(), Unable> {
        self.tell()?;
        let mut space = [0; MESSAGE];
        match self.channel.receive(&mut space) {
            // One piece at a time; else it could fill this process's memory.
            Ok(Message::Input(_)) if self.has_typed => return Err(Unable::Gone),
            Ok(Message::Input(bytes)) => {
                self.has_typed = true;
                wishes.push(Wish::Type(bytes.to_vec()));
            }
            Ok(Message::InputEnd) => wishes.push(Wish::EndInput),
            Ok(Message::Resize { columns, rows }) => wishes.push(Wish::Resize { columns, rows }),
            Ok(Message::Signal(number)) => wishes.push(Wish::Signal(number)),
            Ok(Message::Taken | Message::Output(..) | Message::Ended(_)) => return Err(Unable::Gone),
            Err(Unable::Wait) => {}
            Err(Unable::Gone) => return Err(Unable::Gone),
        }
        Ok(())
    }

    /// Tells what it is behind with, as far as it listens.
    fn tell(&mut self) -> Result<(), Unable> {
        while let Some(word) = self.behind.front() {
            let message = match word {
                Word::Output(stream, bytes) => Message::Output(*stream, bytes),
                Word::Ended(code) => Message::Ended(*code),
            };
            match self.channel.send(message) {
                Ok(()) => drop(self.behind.pop_front()),
                Err(Unable::Wait) => return Ok(()),
                Err(Unable::Gone) => return Err(Unable::Gone),
            }
        }
        Ok(())
    }
}
