//! The attach server: sends what a container writes to everybody who is attached to it, and passes their input on.
//!
//! A client gets all output from the moment when it attaches. As in Docker the container waits for the slowest client:
//! its output is not read while some client has not taken what was read before, so nothing piles up here. A client that
//! disconnects is not waited for.

use crate::runtime::attach::nonblocking::NonblockingWriter;
use crate::runtime::attach::poll::ready;
use crate::runtime::attach::protocol::{CHUNK, Channel, ChannelError, Listener, MESSAGE, Message};
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

/// See the module. The default has no clients and takes no connections.
#[derive(Debug, Default)]
pub struct AttachServer {
    /// Where further clients connect.
    listener: Option<Listener>,
    /// This process's standard output and error, where the user started the supervisor itself.
    stdio: Option<[NonblockingWriter; 2]>,
    /// This process's standard input, likewise, until its end.
    stdin: Option<OwnedFd>,
    /// Whether the container has not taken all of what was read from `stdin`.
    stdin_in_flight: bool,
    clients: Vec<Client>,
    /// The number of the next client.
    next: usize,
}

#[derive(Debug)]
struct Client {
    number: usize,
    channel: Channel,
    /// Messages that the client has not taken yet.
    queue: VecDeque<Queued>,
    /// Whether the container has not taken all of its last input.
    input_in_flight: bool,
}

#[derive(Debug)]
enum Queued {
    Output(Stream, Vec<u8>),
    Ended(i32),
}

/// What a client asks for.
#[derive(Debug, PartialEq, Eq)]
pub enum Request {
    Input(Vec<u8>),
    EndInput,
    Resize { columns: u16, rows: u16 },
    Signal(i32),
}

/// Identifies a descriptor of [`AttachServer::poll_fds`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token {
    Listener,
    Stdin,
    /// Standard output (0) or error (1) of this process.
    Stdio(usize),
    /// The client with this number.
    Client(usize),
}

impl AttachServer {
    /// A server with one client, which is the process that this one was forked from.
    pub fn with_client(channel: Channel) -> AttachServer {
        let mut server = AttachServer::default();
        server.add(channel);
        server
    }

    /// A server whose client is this process's own standard input (if `input`), and standard output and error (if
    /// `output`).
    pub fn with_stdio(input: bool, output: bool) -> Result<AttachServer> {
        let stdin = || io::stdin().as_fd().try_clone_to_owned();
        let writers = || Ok::<_, io::Error>([NonblockingWriter::stdout()?, NonblockingWriter::stderr()?]);
        Ok(AttachServer {
            stdin: input.then(stdin).transpose()?,
            stdio: output.then(writers).transpose()?,
            ..AttachServer::default()
        })
    }

    /// From now on accepts clients that connect to the socket at `path`.
    pub fn open(&mut self, path: &Path) -> Result<()> {
        self.listener = Some(Listener::bind(path)?);
        Ok(())
    }

    fn add(&mut self, channel: Channel) {
        self.clients.push(Client {
            number: self.next,
            channel,
            queue: VecDeque::new(),
            input_in_flight: false,
        });
        self.next += 1;
    }

    /// What to wait for now.
    pub fn poll_fds(&self) -> impl Iterator<Item = (Token, BorrowedFd<'_>, PollFlags)> {
        let listener = self.listener.iter();
        let listener = listener.map(|listener| (Token::Listener, listener.as_fd(), PollFlags::IN));
        let stdin = self.stdin.iter().filter(|_| !self.stdin_in_flight);
        let stdin = stdin.map(|stdin| (Token::Stdin, stdin.as_fd(), PollFlags::IN));
        let stdio = self.stdio.iter().flatten().enumerate();
        let stdio = stdio.filter_map(|(index, writer)| Some((Token::Stdio(index), writer.blocked()?, PollFlags::OUT)));
        let clients = self.clients.iter().map(|client| {
            let flags = match client.queue.is_empty() {
                true => PollFlags::IN,
                false => PollFlags::IN | PollFlags::OUT,
            };
            (Token::Client(client.number), client.channel.as_fd(), flags)
        });
        listener.chain(stdin).chain(stdio).chain(clients)
    }

    /// Reads and writes what is possible at a descriptor that is ready. What its client asks for is appended to
    /// `requests`.
    pub fn handle(&mut self, token: Token, requests: &mut Vec<Request>) {
        match token {
            Token::Listener => {
                while let Some(channel) = self.listener.as_ref().and_then(Listener::accept) {
                    self.add(channel);
                }
            }
            Token::Stdin => requests.extend(self.read_stdin()),
            Token::Stdio(index) => {
                if let Some(stdio) = &mut self.stdio {
                    stdio[index].flush();
                }
            }
            Token::Client(number) => {
                let stays = |client: &mut Client| client.number != number || client.handle(requests).is_ok();
                self.clients.retain_mut(stays);
            }
        }
    }

    fn read_stdin(&mut self) -> Option<Request> {
        let mut buffer = [0; CHUNK];
        match rustix::io::read(self.stdin.as_ref()?, &mut buffer) {
            Err(Errno::INTR | Errno::AGAIN) => None,
            Ok(0) | Err(_) => {
                self.stdin = None;
                Some(Request::EndInput)
            }
            Ok(length) => {
                self.stdin_in_flight = true;
                Some(Request::Input(buffer[..length].to_vec()))
            }
        }
    }

    /// Whether some client has not taken all of the output yet.
    pub fn is_blocked(&self) -> bool {
        let stdio = self.stdio.iter().flatten().any(|writer| writer.blocked().is_some());
        stdio || self.clients.iter().any(|client| !client.queue.is_empty())
    }

    /// Whether nobody will read this stream any more: the reader of this process's own output is gone, and there is no
    /// other client.
    pub fn is_closed(&self, stream: Stream) -> bool {
        let closed = self.stdio.as_ref();
        let closed = closed.is_some_and(|stdio| stdio[stdio_index(stream)].is_closed());
        closed && self.clients.is_empty()
    }

    /// Sends all clients what the container wrote.
    pub fn broadcast(&mut self, stream: Stream, bytes: &[u8]) {
        if let Some(stdio) = &mut self.stdio {
            stdio[stdio_index(stream)].write(bytes);
        }
        for chunk in bytes.chunks(CHUNK) {
            let sent = |client: &mut Client| {
                if !client.queue.is_empty() {
                    client.queue.push_back(Queued::Output(stream, chunk.to_vec()));
                    return true;
                }
                match client.channel.send(Message::Output(stream, chunk)) {
                    Ok(()) => true,
                    Err(ChannelError::WouldBlock) => {
                        client.queue.push_back(Queued::Output(stream, chunk.to_vec()));
                        true
                    }
                    Err(ChannelError::Closed) => false,
                }
            };
            self.clients.retain_mut(sent);
        }
    }

    /// The container has taken all input: the clients may send more.
    pub fn input_taken(&mut self) {
        self.stdin_in_flight = false;
        for client in self.clients.iter_mut().filter(|client| client.input_in_flight) {
            client.input_in_flight = false;
            // The socket always has room for a message as short as this; otherwise the client is gone.
            let _ = client.channel.send(Message::Taken);
        }
    }

    /// Sends all clients the exit code, and waits until they have taken everything or disconnected, or `deadline`
    /// passes. A signal ends the wait: a terminal that takes nothing (after ctrl-s) could block it for ever.
    pub fn close(mut self, code: i32, signals: &signal::Held, deadline: Option<Instant>) {
        self.listener = None;
        self.stdin = None;
        for client in &mut self.clients {
            client.queue.push_back(Queued::Ended(code));
        }
        self.clients.retain_mut(|client| client.flush().is_ok());
        while self.is_blocked() && deadline.is_none_or(|at| Instant::now() < at) {
            let blocked = self.poll_fds().filter(|(_, _, flags)| flags.contains(PollFlags::OUT));
            let mut fds: Vec<_> = blocked
                .map(|(token, fd, _)| (Some(token), fd, PollFlags::OUT))
                .collect();
            fds.push((None, signals.as_fd(), PollFlags::IN));
            let tokens = match ready(&fds, deadline) {
                Ok(tokens) if !tokens.contains(&None) => tokens,
                _ => return,
            };
            for token in tokens.into_iter().flatten() {
                match token {
                    Token::Client(number) => self
                        .clients
                        .retain_mut(|client| client.number != number || client.flush().is_ok()),
                    other => self.handle(other, &mut Vec::new()),
                }
            }
        }
    }
}

fn stdio_index(stream: Stream) -> usize {
    usize::from(stream == Stream::Stderr)
}

impl Client {
    fn handle(&mut self, requests: &mut Vec<Request>) -> Result<(), ChannelError> {
        self.flush()?;
        let mut buffer = [0; MESSAGE];
        match self.channel.receive(&mut buffer) {
            // One message of input at a time; otherwise a client could fill this process's memory.
            Ok(Message::Input(_)) if self.input_in_flight => return Err(ChannelError::Closed),
            Ok(Message::Input(bytes)) => {
                self.input_in_flight = true;
                requests.push(Request::Input(bytes.to_vec()));
            }
            Ok(Message::InputEnd) => requests.push(Request::EndInput),
            Ok(Message::Resize { columns, rows }) => requests.push(Request::Resize { columns, rows }),
            Ok(Message::Signal(number)) => requests.push(Request::Signal(number)),
            Ok(Message::Taken | Message::Output(..) | Message::Ended(_)) => return Err(ChannelError::Closed),
            Err(ChannelError::WouldBlock) => {}
            Err(ChannelError::Closed) => return Err(ChannelError::Closed),
        }
        Ok(())
    }

    /// Sends as much of the queue as the client takes now.
    fn flush(&mut self) -> Result<(), ChannelError> {
        while let Some(queued) = self.queue.front() {
            let message = match queued {
                Queued::Output(stream, bytes) => Message::Output(*stream, bytes),
                Queued::Ended(code) => Message::Ended(*code),
            };
            match self.channel.send(message) {
                Ok(()) => drop(self.queue.pop_front()),
                Err(ChannelError::WouldBlock) => return Ok(()),
                Err(ChannelError::Closed) => return Err(ChannelError::Closed),
            }
        }
        Ok(())
    }
}
