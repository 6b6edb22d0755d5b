//! The init of `--init`: starts the command as its child, forwards signals to it, and reaps orphans.
//!
//! It is this program's file, mounted into the container ([`crate::runtime::create::spec::mounts::INIT`]), and runs
//! there with the container's privileges. It is needed because signals have no default action for the first process of
//! a PID namespace, and because most programs reap no orphans.

use crate::sys::process::{fork, signal};
use rustix::event::{PollFd, PollFlags, poll};
use std::ffi::OsString;
use std::io::{self, Write};
use std::os::unix::process::CommandExt;
use std::process::Command;

/// The file name in `argv[0]` that makes this program the init.
pub const NAME: &str = "lamel-init";

/// Runs `args[1..]` (after a `--`) as a child and returns its exit code. Called by the program's `main` before anything
/// else.
pub fn main(args: Vec<OsString>) -> i32 {
    let mut args = args.into_iter().skip(1).skip_while(|arg| arg == "--");
    let Some(program) = args.next() else {
        return fail("no command given", 125);
    };
    match run(&program, args.collect()) {
        Ok(code) => code,
        Err((what, error)) => fail(&format!("{what}: {error}"), 125),
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

/// Called in the child. The child gets a process group of its own in the terminal's foreground, so that a ctrl-c
/// reaches it only once, and not a second time through the init.
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
    fail(&format!("exec: {program:?}: {error}"), code)
}

/// Prints an error, here and not in `ui`: in the container the init is all that runs of this program.
fn fail(message: &str, code: i32) -> i32 {
    let _ = writeln!(io::stderr(), "lamel: {message}");
    code
}
