//! Processes by pid and start time: a stored pid alone proves nothing, because pids are used again.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, pidfd_open};
use serde::{Deserialize, Serialize};
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::sync::OnceLock;
use std::time::Duration;

/// A process that cannot be mistaken for a later one with the same pid on the same boot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Process {
    pub pid: i32,
    /// Clock ticks after boot (proc(5), /proc/pid/stat, field 22).
    pub start_time: u64,
    /// The kernel's boot_id: after a reboot, a record names no process.
    pub boot_id: String,
}

/// The fields of /proc/pid/stat that are needed here.
pub struct Stat {
    /// The letter: `R`, `S`, `t` and so on.
    pub state: u8,
    /// The parent's pid; 0 where it is outside of this PID namespace.
    pub parent: i32,
    pub threads: u64,
    flags: u64,
    /// Bytes of its address space.
    size: u64,
    start_time: u64,
    /// Clock ticks on a processor, with those of its ended children.
    ticks: u64,
    /// Pages.
    resident: u64,
}

/// Of a process that is ending (linux/sched.h).
const PF_EXITING: u64 = 4;

impl Stat {
    /// Whether it has ended and released its memory and files. The first process of a PID namespace releases them
    /// before it waits for the namespace's other processes to be reaped (zap_pid_ns_processes in the kernel), and that
    /// may take long: processes that entered from outside are reaped by their own parents.
    fn has_ended(&self) -> bool {
        let waits = self.state == b'S' && self.flags & PF_EXITING != 0 && self.size == 0;
        waits || matches!(self.state, b'Z' | b'X' | b'x')
    }

    /// Time on a processor, with that of its children that have ended.
    pub fn cpu(&self) -> Duration {
        Duration::from_secs_f64(self.ticks as f64 / rustix::param::clock_ticks_per_second() as f64)
    }

    /// Bytes in memory.
    pub fn resident(&self) -> u64 {
        self.resident * rustix::param::page_size() as u64
    }
}

impl Process {
    /// The process that has `pid` now, if there is one (a zombie counts).
    pub fn find(pid: i32) -> Option<Process> {
        let stat = stat(pid)?;
        Some(Process {
            pid,
            start_time: stat.start_time,
            boot_id: boot_id().to_owned(),
        })
    }

    /// This process. An error where there is no /proc.
    pub fn this() -> io::Result<Process> {
        let this = Process::find(std::process::id() as i32);
        this.ok_or_else(|| io::Error::other("/proc does not show this process"))
    }

    /// Whether it still runs. A zombie does not.
    pub fn is_alive(&self) -> bool {
        self.boot_id == boot_id()
            && stat(self.pid).is_some_and(|stat| stat.start_time == self.start_time && !stat.has_ended())
    }

    /// A pidfd of exactly this process; `None` where it has ended.
    pub fn pidfd(&self) -> io::Result<Option<OwnedFd>> {
        let Some(pid) = Pid::from_raw(self.pid) else {
            return Ok(None);
        };
        let fd = match pidfd_open(pid, PidfdFlags::empty()) {
            Ok(fd) => fd,
            // ENOENT (EINVAL before Linux 6.15): the number names no process. It belongs to a thread now, or the
            // process is just being reaped.
            Err(Errno::SRCH | Errno::NOENT | Errno::INVAL) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        // The pidfd is of whichever process has the pid now. While it is held, the identity can be checked without a
        // race.
        Ok(self.is_alive().then_some(fd))
    }

    /// Sends `signal` to exactly this process, through a pidfd; `Ok(false)` where it has ended.
    pub fn signal(&self, signal: i32) -> io::Result<bool> {
        match self.pidfd()? {
            Some(fd) => send_signal(&fd, signal),
            None => Ok(false),
        }
    }
}

/// Sends `signal` to the process of a pidfd; `Ok(false)` where it has ended.
pub fn send_signal(pidfd: &OwnedFd, signal: i32) -> io::Result<bool> {
    // SAFETY: the descriptor is open for the call, and a null siginfo is allowed (pidfd_send_signal(2)). Rustix's own
    // wrapper takes no real-time signals.
    let result = unsafe {
        libc::syscall(
            libc::SYS_pidfd_send_signal,
            pidfd.as_raw_fd(),
            signal,
            std::ptr::null::<()>(),
            0,
        )
    };
    if result == 0 {
        return Ok(true);
    }
    match io::Error::last_os_error() {
        error if error.raw_os_error() == Some(libc::ESRCH) => Ok(false),
        error => Err(error),
    }
}

/// Has the kernel end this process when its parent, whose pidfd is `parent`, ends. An error where it has ended already.
/// Holds across exec, until the process becomes another user.
pub fn die_with(parent: &OwnedFd) -> io::Result<()> {
    // SAFETY: prctl(2) with plain numbers.
    if unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL, 0, 0, 0) } != 0 {
        return Err(io::Error::last_os_error());
    }
    // The parent may have ended just before. getppid(2) would not show that if the parent is in another PID namespace.
    match has_ended(parent)? {
        false => Ok(()),
        true => Err(io::Error::other("the supervisor has ended")),
    }
}

/// Whether the process of a pidfd has ended (a zombie has). If not, its pid belongs to no other process.
pub fn has_ended(pidfd: &OwnedFd) -> io::Result<bool> {
    let ready = poll(&mut [PollFd::new(pidfd, PollFlags::IN)], Some(&Timespec::default()))?;
    Ok(ready > 0)
}

/// Gives this process's files in /proc back to its user (prctl(2), PR_SET_DUMPABLE).
pub fn allow_dump() {
    // SAFETY: prctl(2) with plain numbers; it cannot fail with this value.
    unsafe { libc::prctl(libc::PR_SET_DUMPABLE, 1, 0, 0, 0) };
}

/// The kernel's boot_id, read once; empty where there is no /proc.
pub fn boot_id() -> &'static str {
    static BOOT_ID: OnceLock<String> = OnceLock::new();
    BOOT_ID.get_or_init(|| {
        std::fs::read_to_string("/proc/sys/kernel/random/boot_id")
            .map(|id| id.trim().to_owned())
            .unwrap_or_default()
    })
}

/// Of a process or, by its own id, a thread; `None` where there is none (any more).
pub fn stat(pid: i32) -> Option<Stat> {
    parse_stat(&std::fs::read(format!("/proc/{pid}/stat")).ok()?)
}

/// The second field is the program's name in parentheses, and it may hold anything, parentheses and newlines too.
fn parse_stat(line: &[u8]) -> Option<Stat> {
    let after_name = line.iter().rposition(|byte| *byte == b')')? + 1;
    let mut fields = std::str::from_utf8(&line[after_name..]).ok()?.split_ascii_whitespace();
    let state = *fields.next()?.as_bytes().first()?;
    let parent = fields.next()?.parse().ok()?;
    let fields: Vec<u64> = fields.map(|field| field.parse().unwrap_or(0)).collect();
    // The fields have the numbers of proc(5), minus the four before them.
    let field = |number: usize| fields.get(number - 5).copied();
    Some(Stat {
        state,
        parent,
        threads: field(20)?,
        flags: field(9)?,
        size: field(23)?,
        start_time: field(22)?,
        ticks: (14..=17).filter_map(field).sum(),
        resident: field(24).unwrap_or(0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_is_found_and_alive() {
        let me = Process::this().unwrap();
        assert!(me.is_alive());
        assert!(me.signal(0).unwrap());
    }

    #[test]
    fn another_start_time_or_boot_is_another_process() {
        let me = Process::find(std::process::id() as i32).unwrap();
        let earlier = Process {
            start_time: me.start_time - 1,
            ..me.clone()
        };
        assert!(!earlier.is_alive());
        assert!(!earlier.signal(0).unwrap());
        assert!(
            !Process {
                boot_id: "another".into(),
                ..me
            }
            .is_alive()
        );
    }

    #[test]
    fn a_zombie_is_found_but_not_alive() {
        let mut child = std::process::Command::new("/bin/true").spawn().unwrap();
        let process = Process::find(child.id() as i32).unwrap();
        while process.is_alive() {
            std::thread::yield_now();
        }
        assert!(Process::find(child.id() as i32).is_some());
        child.wait().unwrap();
        assert!(!process.signal(0).unwrap());
    }

    #[test]
    fn a_name_with_parentheses_does_not_shift_the_fields() {
        let line = b"7 (a) S 1 (b\n) R 1 2 3 4 5 -1 7 8 9 10 11 12 13 14 15 16 17 18 4242 20 21";
        let stat = parse_stat(line).unwrap();
        assert_eq!((stat.state, stat.parent, stat.start_time), (b'R', 1, 4242));
        assert_eq!((stat.ticks, stat.threads, stat.resident), (11 + 12 + 13 + 14, 17, 21));
        assert_eq!((stat.flags, stat.size), (0, 20));
    }

    #[test]
    fn one_that_waits_for_its_namespace_to_be_empty_has_ended() {
        let ended = |state: &str, flags: u64, size: u64| {
            let line = format!("7 (a) {state} 1 2 3 4 5 {flags} 7 8 9 10 11 12 13 14 15 16 17 18 4242 {size} 0");
            parse_stat(line.as_bytes()).unwrap().has_ended()
        };
        assert!(ended("S", 4195596, 0) && ended("Z", 4228364, 0));
        // It sleeps; it is a kernel thread; it is giving back what it had.
        assert!(!ended("S", 4194304, 4096) && !ended("S", 2129984, 0) && !ended("D", 4195596, 0));
    }

    #[test]
    fn the_number_of_a_thread_names_no_process() {
        std::thread::scope(|scope| {
            let thread = scope.spawn(|| {
                Process::find(rustix::thread::gettid().as_raw_nonzero().get())
                    .unwrap()
                    .pidfd()
            });
            assert!(thread.join().unwrap().unwrap().is_none());
        });
    }
}
