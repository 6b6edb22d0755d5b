//! Signals: blocked while a container runs, read from a signalfd, and reset to defaults before an exec.

use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

/// The signals that are not blocked. Those for a fault must kill; a child's end is read from its pidfd; a broken pipe
/// is an error of write(2); SIGTTIN and SIGTTOU concern this process's own terminal.
const NOT_FORWARDED: [i32; 12] = [
    libc::SIGKILL,
    libc::SIGSTOP,
    libc::SIGSEGV,
    libc::SIGBUS,
    libc::SIGFPE,
    libc::SIGILL,
    libc::SIGTRAP,
    libc::SIGSYS,
    libc::SIGCHLD,
    libc::SIGPIPE,
    libc::SIGTTIN,
    libc::SIGTTOU,
];

/// Blocks every signal that can be forwarded to a container, until it is dropped. They stay pending in the kernel and
/// are read with [`Held::next`]. For a process with one thread.
pub struct Held {
    before: libc::sigset_t,
    fd: OwnedFd,
}

impl Held {
    /// Signals that this process was started to ignore (nohup(1), a shell's background job) stay ignored.
    pub fn all() -> io::Result<Held> {
        Held::those(|signal| !NOT_FORWARDED.contains(&signal) && !was_ignored(signal))
    }

    /// The same for an init: SIGCHLD as well, and the signals of a change of the terminal's foreground process group.
    pub fn of_init() -> io::Result<Held> {
        let own = [libc::SIGCHLD, libc::SIGTTIN, libc::SIGTTOU];
        Held::those(|signal| !NOT_FORWARDED.contains(&signal) || own.contains(&signal))
    }

    fn those(hold: impl Fn(i32) -> bool) -> io::Result<Held> {
        let mut set = empty_set();
        for signal in 1..=libc::SIGRTMAX() {
            let of_libc = (32..libc::SIGRTMIN()).contains(&signal);
            if !of_libc && hold(signal) {
                // SAFETY: the set is initialised and the number is in range.
                unsafe { libc::sigaddset(&mut set, signal) };
            }
        }
        // If SIGCHLD were ignored (which is inherited), the kernel would reap the children itself, and their exit codes
        // would be lost.
        set_default(libc::SIGCHLD);
        let mut before = empty_set();
        // SAFETY: both sets are initialised.
        if unsafe { libc::sigprocmask(libc::SIG_BLOCK, &set, &mut before) } != 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the set is initialised.
        let fd = unsafe { libc::signalfd(-1, &set, libc::SFD_CLOEXEC | libc::SFD_NONBLOCK) };
        if fd < 0 {
            let error = io::Error::last_os_error();
            restore(&before);
            return Err(error);
        }
        // SAFETY: the descriptor is new and ours.
        let fd = unsafe { OwnedFd::from_raw_fd(fd) };
        Ok(Held { before, fd })
    }

    /// The number of the next pending signal; `None` where there is none.
    pub fn next(&self) -> io::Result<Option<i32>> {
        let mut info = MaybeUninit::<libc::signalfd_siginfo>::uninit();
        let size = size_of::<libc::signalfd_siginfo>();
        // SAFETY: the buffer has the size of one record, and the kernel writes whole records.
        let read = unsafe { libc::read(self.fd.as_raw_fd(), info.as_mut_ptr().cast(), size) };
        if read == size as isize {
            // SAFETY: the kernel filled it.
            return Ok(Some(unsafe { info.assume_init() }.ssi_signo as i32));
        }
        match io::Error::last_os_error() {
            error if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => Ok(None),
            error => Err(error),
        }
    }

    /// Discards the pending signals. Otherwise they would be delivered when this value is dropped.
    pub fn discard(&self) -> io::Result<()> {
        while self.next()?.is_some() {}
        Ok(())
    }
}

impl AsFd for Held {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        restore(&self.before);
    }
}

/// Resets every signal to its default action and unblocks all, as a program expects at its start. For a process that is
/// about to exec: the new program must not inherit this program's settings (Rust ignores SIGPIPE).
pub fn reset() {
    for signal in 1..=libc::SIGRTMAX() {
        set_default(signal);
    }
    restore(&empty_set());
}

/// Sends `signal` to the child `pid`, which has not been waited for.
pub fn send(pid: i32, signal: i32) -> io::Result<()> {
    // SAFETY: kill(2) with plain numbers.
    if unsafe { libc::kill(pid, signal) } != 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

fn restore(set: &libc::sigset_t) {
    // SAFETY: the set is initialised.
    unsafe { libc::sigprocmask(libc::SIG_SETMASK, set, std::ptr::null_mut()) };
}

fn empty_set() -> libc::sigset_t {
    let mut set = MaybeUninit::uninit();
    // SAFETY: sigemptyset initialises it.
    unsafe {
        libc::sigemptyset(set.as_mut_ptr());
        set.assume_init()
    }
}

fn set_default(signal: i32) {
    // SAFETY: SIG_DFL runs no code of ours; for signals that cannot be changed the call fails and changes nothing.
    unsafe { libc::signal(signal, libc::SIG_DFL) };
}

fn was_ignored(signal: i32) -> bool {
    if !matches!(signal, libc::SIGHUP | libc::SIGINT | libc::SIGQUIT) {
        return false;
    }
    let mut action = MaybeUninit::<libc::sigaction>::uninit();
    // SAFETY: only queries; the action is read only where the call filled it.
    unsafe {
        libc::sigaction(signal, std::ptr::null(), action.as_mut_ptr()) == 0
            && action.assume_init().sa_sigaction == libc::SIG_IGN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Masks are per thread, and raise(3) sends to the calling thread, so other tests are not disturbed.
    fn raise(signal: i32) {
        // SAFETY: the signal is held back in this thread.
        assert_eq!(unsafe { libc::raise(signal) }, 0);
    }

    #[test]
    fn held_signals_wait_to_be_read() {
        let held = Held::all().unwrap();
        assert_eq!(held.next().unwrap(), None);
        raise(libc::SIGUSR1);
        raise(libc::SIGRTMIN() + 3);
        let mut read = [held.next().unwrap(), held.next().unwrap()];
        read.sort();
        assert_eq!(read, [Some(libc::SIGUSR1), Some(libc::SIGRTMIN() + 3)]);
        assert_eq!(held.next().unwrap(), None);
    }

    #[test]
    fn the_end_of_a_child_is_held_for_an_init_alone() {
        let blocked = || {
            let mut set = empty_set();
            // SAFETY: only queries; the set is initialised.
            unsafe { libc::sigprocmask(libc::SIG_BLOCK, std::ptr::null(), &mut set) };
            // SAFETY: as above.
            unsafe { libc::sigismember(&set, libc::SIGCHLD) == 1 }
        };
        let all = Held::all().unwrap();
        assert!(!blocked());
        drop(all);
        let init = Held::of_init().unwrap();
        assert!(blocked());
        drop(init);
        assert!(!blocked());
    }
}
