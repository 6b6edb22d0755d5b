//! Stopping a thread of another process by ptrace(2).
//!
//! Neither the process nor its parent notices, unlike with SIGSTOP, where a shell reports a stopped job. If the tracer
//! dies, the kernel releases all its tracees, so nothing stays stopped.

use crate::sys::process::identity;
use std::io;
use std::marker::PhantomData;

/// A thread that this thread traces and has told to stop. Dropping it does not release it, see [`Tracee::release`].
#[derive(Debug)]
pub struct Tracee {
    tid: i32,
    /// The signal that was about to reach it when it stopped, or 0.
    stopped: Option<i32>,
    /// The kernel knows the tracer by its thread.
    thread: PhantomData<*const ()>,
}

/// The state of a [`Tracee`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    /// It has not stopped yet.
    Runs,
    Stopped,
    Ended,
}

impl Tracee {
    /// Tells a task to stop, and does not wait for it; `None` where it has ended.
    pub fn stop(tid: i32) -> io::Result<Option<Tracee>> {
        match request(libc::PTRACE_SEIZE, tid, 0).and_then(|()| request(libc::PTRACE_INTERRUPT, tid, 0)) {
            Ok(()) => Ok(Some(Tracee {
                tid,
                stopped: None,
                thread: PhantomData,
            })),
            // For a zombie the kernel answers EPERM.
            Err(_) if identity::stat(tid).is_none_or(|stat| matches!(stat.state, b'Z' | b'X' | b'x')) => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub fn tid(&self) -> i32 {
        self.tid
    }

    /// Its state now; does not wait. The parent of a killed task learns of its end only after the tracer has seen it
    /// here.
    pub fn look(&mut self) -> Doing {
        let mut status = 0;
        // SAFETY: `status` is a valid place for the result.
        match unsafe { libc::waitpid(self.tid, &mut status, libc::__WALL | libc::WNOHANG) } {
            0 => {}
            seen if seen > 0 && libc::WIFSTOPPED(status) => {
                // It has stopped as it was told (PTRACE_EVENT_STOP), or because a signal was about to be delivered,
                // which must not be lost.
                let is_event = status >> 16 != 0;
                self.stopped = Some(if is_event { 0 } else { libc::WSTOPSIG(status) });
            }
            _ => return Doing::Ended,
        }
        match self.stopped {
            Some(_) => Doing::Stopped,
            None => Doing::Runs,
        }
    }

    /// Releases it. False where it has not stopped yet and so cannot be released now.
    pub fn release(&mut self) -> bool {
        match (self.look(), self.stopped) {
            (Doing::Ended, _) => true,
            (_, Some(signal)) => request(libc::PTRACE_DETACH, self.tid, signal).is_ok(),
            (_, None) => false,
        }
    }
}

/// Waits until some child or tracee of this thread has ended, which stays to be looked at; returns at once where there
/// is none.
pub fn wait_for_an_end() {
    let flags = libc::WEXITED | libc::WNOWAIT | libc::__WALL;
    // SAFETY: no place for the result is given, which waitid(2) allows.
    while unsafe { libc::waitid(libc::P_ALL, 0, std::ptr::null_mut(), flags) } < 0
        && io::Error::last_os_error().kind() == io::ErrorKind::Interrupted
    {}
}

#[cfg(target_env = "musl")]
type Request = libc::c_int;
#[cfg(not(target_env = "musl"))]
type Request = libc::c_uint;

fn request(request: Request, tid: i32, data: i32) -> io::Result<()> {
    let none = std::ptr::null_mut::<libc::c_void>();
    // SAFETY: of the three requests made here, none has the kernel read or write our memory: the address is unused and
    // the data is a number.
    match unsafe { libc::ptrace(request, tid, none, data as usize as *mut libc::c_void) } {
        -1 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::{Child, Command};

    fn until(mut ready: impl FnMut() -> bool) {
        let begun = std::time::Instant::now();
        while !ready() {
            assert!(begun.elapsed() < std::time::Duration::from_secs(10));
            std::thread::yield_now();
        }
    }

    fn busy() -> (Child, i32) {
        let child = Command::new("/bin/sh")
            .args(["-c", "while :; do :; done"])
            .spawn()
            .unwrap();
        let pid = child.id() as i32;
        (child, pid)
    }

    fn state(pid: i32) -> u8 {
        identity::stat(pid).unwrap().state
    }

    #[test]
    fn a_stopped_task_stands_still_until_it_is_released() {
        let (mut child, pid) = busy();
        let mut tracee = Tracee::stop(pid).unwrap().unwrap();
        until(|| tracee.look() == Doing::Stopped);
        assert_eq!(state(pid), b't');
        assert!(tracee.release());
        until(|| state(pid) == b'R');
        child.kill().unwrap();
        child.wait().unwrap();
    }

    #[test]
    fn a_signal_that_comes_meanwhile_is_not_lost() {
        use std::os::unix::process::ExitStatusExt;
        let (mut child, pid) = busy();
        let process = identity::Process::find(pid).unwrap();
        let mut tracee = Tracee::stop(pid).unwrap().unwrap();
        process.signal(libc::SIGTERM).unwrap();
        until(|| tracee.look() == Doing::Stopped);
        assert!(tracee.release());
        assert_eq!(child.wait().unwrap().signal(), Some(libc::SIGTERM));
    }

    #[test]
    fn what_is_killed_meanwhile_has_ended() {
        let (mut child, pid) = busy();
        let mut tracee = Tracee::stop(pid).unwrap().unwrap();
        until(|| tracee.look() == Doing::Stopped);
        child.kill().unwrap();
        until(|| tracee.release());
        let _ = child.wait();
        assert!(Tracee::stop(pid).unwrap().is_none());
    }
}
