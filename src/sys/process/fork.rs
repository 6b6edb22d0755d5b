//! Children that go on running this program's own code.

use crate::sys::files::fd_passing;
use crate::sys::process::threads;
use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};
use rustix::process::{Pid, PidfdFlags, pidfd_open};
use std::io;
use std::os::fd::OwnedFd;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;

/// A child made by [`spawn`]. Dropping it neither waits nor kills.
#[derive(Debug)]
pub struct Child {
    pid: libc::pid_t,
}

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    Exited(i32),
    Signaled(i32),
}

impl Ended {
    /// The code that a shell would report: the exit code, or 128 + the signal's number.
    pub fn code(self) -> i32 {
        match self {
            Ended::Exited(code) => code,
            Ended::Signaled(signal) => 128 + signal,
        }
    }
}

/// Forks; the child runs `body` and exits with what it returns, without any cleanup of the parent's (exit handlers,
/// buffers, destructors). A panic in `body` aborts the child. An error where this process has more than one thread: the
/// child would inherit locks that nobody is left to release.
pub fn spawn(body: impl FnOnce() -> i32) -> io::Result<Child> {
    if !threads::wait_for_others()? {
        return Err(io::Error::other("cannot fork while other threads run"));
    }
    // SAFETY: there is one thread, so the child's memory is as consistent as ours.
    match unsafe { libc::fork() } {
        -1 => Err(io::Error::last_os_error()),
        0 => finish(body),
        pid => Ok(Child { pid }),
    }
}

/// Ends this process, a child, with the exit code that `body` returns, or by SIGABRT where it panics. A panic must not
/// unwind the frames above: they are the parent's, and what they drop unlocks files that are locked for both.
fn finish(body: impl FnOnce() -> i32) -> ! {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(code) => exit(code),
        Err(_) => std::process::abort(),
    }
}

/// Calls `body`, which forks by other means than [`spawn`]: a panic that a child of it does not catch aborts the child.
pub fn confine_panics<T>(body: impl FnOnce() -> T) -> T {
    // A container's first process has number 1 in its PID namespace, and so may its parent in another one.
    let this = || (std::process::id(), std::fs::read_link("/proc/self/ns/pid").ok());
    let parent: (u32, Option<PathBuf>) = this();
    catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|panic| match this() == parent {
        true => resume_unwind(panic),
        false => std::process::abort(),
    })
}

/// Ends this process at once: no exit handlers, no flushing. For children of [`spawn`] and the like.
pub fn exit(code: i32) -> ! {
    // SAFETY: _exit(2) has no preconditions.
    unsafe { libc::_exit(code) }
}

impl Child {
    pub fn pid(&self) -> i32 {
        self.pid
    }

    /// A pidfd: it is readable when the child has ended.
    pub fn pidfd(&self) -> io::Result<OwnedFd> {
        // The pid cannot be another process's: only this process waits for the child.
        let pid = Pid::from_raw(self.pid).expect("a child's pid is positive");
        Ok(pidfd_open(pid, PidfdFlags::empty())?)
    }

    /// Waits for its end.
    pub fn wait(self) -> io::Result<Ended> {
        wait(self.pid)
    }
}

/// Runs `make` in a child and returns the descriptor that it opens. The child may enter namespaces that this process
/// could not leave again.
pub fn descriptor(make: impl FnOnce() -> io::Result<OwnedFd>) -> io::Result<OwnedFd> {
    let (ours, theirs) = socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None)?;
    let child = spawn(|| match make().and_then(|made| fd_passing::send(&theirs, &made)) {
        Ok(()) => 0,
        Err(error) => match error.raw_os_error() {
            Some(errno @ 1..=255) => errno,
            _ => libc::EIO,
        },
    })?;
    drop(theirs);
    let sent = fd_passing::receive(&ours);
    match child.wait()? {
        Ended::Exited(0) => sent,
        Ended::Exited(errno) => Err(io::Error::from_raw_os_error(errno)),
        Ended::Signaled(signal) => Err(io::Error::other(format!(
            "the process for it was killed by signal {signal}"
        ))),
    }
}

/// Waits for the end of the child `pid`.
pub fn wait(pid: i32) -> io::Result<Ended> {
    loop {
        let mut status = 0;
        // SAFETY: `status` is a valid place for the result.
        if unsafe { libc::waitpid(pid, &mut status, 0) } >= 0 {
            if libc::WIFEXITED(status) {
                return Ok(Ended::Exited(libc::WEXITSTATUS(status)));
            }
            if libc::WIFSIGNALED(status) {
                return Ok(Ended::Signaled(libc::WTERMSIG(status)));
            }
            continue;
        }
        let error = io::Error::last_os_error();
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
}

/// Reaps one child that has ended, any of them; `None` where there is none.
pub fn reap() -> io::Result<Option<(i32, Ended)>> {
    loop {
        let mut status = 0;
        // SAFETY: `status` is a valid place for the result.
        let pid = unsafe { libc::waitpid(-1, &mut status, libc::WNOHANG) };
        match pid {
            0 => return Ok(None),
            -1 => match io::Error::last_os_error() {
                error if error.raw_os_error() == Some(libc::ECHILD) => return Ok(None),
                error if error.kind() == io::ErrorKind::Interrupted => {}
                error => return Err(error),
            },
            _ if libc::WIFEXITED(status) => return Ok(Some((pid, Ended::Exited(libc::WEXITSTATUS(status))))),
            _ if libc::WIFSIGNALED(status) => return Ok(Some((pid, Ended::Signaled(libc::WTERMSIG(status))))),
            _ => {}
        }
    }
}

/// Closes every descriptor above 2 except those in `keep`. For a process that is about to exec a container's program,
/// which must not reach any of them through /proc/self/fd (CVE-2024-21626), and for a child that must not keep its
/// parent's files open. Values that own such a descriptor must never be dropped afterwards.
pub fn close_descriptors_but(keep: &[i32]) {
    let close = |first: u32, last: u32| {
        if first <= last {
            // SAFETY: the caller promises that no owner of these descriptors uses or drops them.
            unsafe { libc::syscall(libc::SYS_close_range, first, last, 0) };
        }
    };
    let mut keep: Vec<u32> = keep.iter().map(|fd| (*fd).max(2) as u32).collect();
    keep.sort_unstable();
    let mut first = 3;
    for fd in keep {
        close(first, fd.saturating_sub(1));
        first = fd + 1;
    }
    close(first, u32::MAX);
}

/// Runs `body` in a child, which has one thread; the process of a test has more.
#[cfg(test)]
pub fn alone(body: impl FnOnce() -> i32) -> Ended {
    // SAFETY: the child has this thread alone. Of the locks that others may hold its body needs malloc's, which fork(3)
    // releases there.
    match unsafe { libc::fork() } {
        -1 => panic!("forking: {}", io::Error::last_os_error()),
        0 => finish(body),
        pid => wait(pid).unwrap(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{PipeWriter, Read, Write};

    /// Tells when it is dropped.
    struct Told(PipeWriter);

    impl Drop for Told {
        fn drop(&mut self) {
            let _ = self.0.write_all(b"dropped");
        }
    }

    /// What is dropped in children of `parent`, and how that ended.
    fn dropped(parent: impl FnOnce(Told) -> i32) -> (String, Ended) {
        let (mut reader, writer) = io::pipe().unwrap();
        let ended = alone(|| parent(Told(writer)));
        let mut text = String::new();
        reader.read_to_string(&mut text).unwrap();
        (text, ended)
    }

    #[test]
    fn a_panic_in_a_child_drops_nothing_of_its_parent() {
        let parent = |told: Told| {
            let child = spawn(|| panic!("a bug"));
            let ended = child.and_then(Child::wait);
            std::mem::forget(told);
            i32::from(!matches!(ended, Ok(Ended::Signaled(libc::SIGABRT))))
        };
        assert_eq!(dropped(parent), (String::new(), Ended::Exited(0)));
    }

    #[test]
    fn a_panic_in_a_child_that_another_forked_drops_nothing_of_its_parent() {
        let parent = |told: Told| {
            // SAFETY: as in `alone`, of which this is the body.
            let ended = confine_panics(|| match unsafe { libc::fork() } {
                0 => panic!("a bug"),
                pid => wait(pid),
            });
            std::mem::forget(told);
            i32::from(!matches!(ended, Ok(Ended::Signaled(libc::SIGABRT))))
        };
        assert_eq!(dropped(parent), (String::new(), Ended::Exited(0)));
    }

    #[test]
    fn a_panic_in_the_parent_is_its_own() {
        let parent = |told: Told| {
            let panicked = catch_unwind(AssertUnwindSafe(|| {
                let _told = told;
                confine_panics(|| panic!("a bug"))
            }));
            i32::from(panicked.is_ok())
        };
        assert_eq!(dropped(parent), ("dropped".into(), Ended::Exited(0)));
    }

    #[test]
    fn a_child_that_opens_a_descriptor_and_dies_is_told_by_its_signal() {
        let parent = || {
            let error = descriptor(|| panic!("a bug")).unwrap_err();
            i32::from(error.to_string() != "the process for it was killed by signal 6")
        };
        assert_eq!(alone(parent), Ended::Exited(0));
    }
}
