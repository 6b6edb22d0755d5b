//! The tiny init of `--init`: starts the command as its child, forwards signals, reaps what is orphaned.
//!
//! It is our own binary, mounted into the container (see [`crate::runtime::create::spec::INIT`]), and runs there with
//! the container's privileges. A signal's default action does nothing to the first process of a pid namespace, and most
//! programs reap no orphans: both are why this exists.

use crate::sys::process::{fork, signal};
use rustix::event::{PollFd, PollFlags, poll};
use std::ffi::OsString;
use std::io::{self, Write};
use std::os::unix::process::CommandExt;
use std::process::Command;

/// The name that our own binary is started by to be the init; `main` looks for it in `argv[0]`.
pub const NAME: &str = "lamel-init";

/// Runs `args[1..]` (after a `--`) as a child and returns its exit code. Called by `main`, first thing, where the file
/// name of `argv[0]` is [`NAME`].
pub fn main(args: Vec<OsString>) -> i32 {
    let mut args = args.into_iter().skip(1).skip_while(|arg| arg == "--");
    let Some(program) = args.next() else {
        return complain("no command given", 125);
    };
    match run(&program, args.collect()) {
        Ok(code) => code,
        Err((what, error)) => complain(&format!("{what}: {error}"), 125),
    }
}

fn run(program: &OsString, args: Vec<OsString>) -> Result<i32, (&'static str, io::Error)> {
    let signals = signal::Held::of_init().map_err(|error| ("holding signals", error))?;
    let mut command = Command::new(program);
    command.args(args);
    let child = fork::spawn(|| start(program, command))
        .map_err(|error| ("forking", error))?
        .pid();
    loop {
        let mut fds = [PollFd::new(&signals, PollFlags::IN)];
        match poll(&mut fds, None) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(("waiting", error.into())),
        }
        while let Some(signal) = signals.next().map_err(|error| ("reading signals", error))? {
            if !matches!(signal, libc::SIGCHLD | libc::SIGTTIN | libc::SIGTTOU) {
                let _ = signal::send(child, signal);
            }
        }
        while let Some((pid, ended)) = fork::reap().map_err(|error| ("reaping", error))? {
            if pid == child {
                return Ok(ended.code());
            }
        }
    }
}

/// In the child. A process group of its own in the terminal's foreground: what is typed there (an interrupt) reaches
/// it alone, not a second time through the init.
fn start(program: &OsString, mut command: Command) -> i32 {
    let _ = rustix::process::setpgid(None, None);
    let _ = rustix::termios::tcsetpgrp(io::stdin(), rustix::process::getpid());
    signal::reset();
    let error = command.exec();
    let code = if error.kind() == io::ErrorKind::NotFound {
        127
    } else {
        126
    };
    complain(&format!("exec: {program:?}: {error}"), code)
}

/// There is no other place for it: in the container this is the whole program.
fn complain(message: &str, code: i32) -> i32 {
    let _ = writeln!(io::stderr(), "lamel: {message}");
    code
}
