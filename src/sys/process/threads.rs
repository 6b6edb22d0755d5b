//! The threads of this process.
//!
//! A thread that ends wakes whoever joins it before it closes its files and leaves the kernel's list of threads. Until
//! then [`crate::sys::process::fork`], unshare(2) and setns(2) still count it.

use crate::sys::wait;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::time::Duration;

/// How long a thread that was joined may take to be gone.
const TIMEOUT: Duration = Duration::from_secs(1);
const STEP: Duration = Duration::from_micros(200);

/// Waits until this thread is the only one; `false` where others are there after a second, which must be running.
pub fn wait_for_others() -> io::Result<bool> {
    wait::try_until(TIMEOUT, STEP, || Ok(count()? == 1))
}

/// A directory's link count is 2 + its subdirectories.
fn count() -> io::Result<u64> {
    Ok(std::fs::metadata("/proc/self/task")?.nlink() - 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::process::fork;
    use crate::sys::process::own_namespaces;
    use rustix::thread::UnshareFlags;
    use std::fs::File;

    /// Joins a thread with many files of its own, which it takes a while to close.
    fn join_one_that_ends_slowly() {
        let thread = std::thread::spawn(|| {
            // SAFETY: the thread uses no descriptor of the others' table.
            assert_eq!(unsafe { libc::unshare(libc::CLONE_FILES) }, 0);
            let files: io::Result<Vec<_>> = (0..500).map(|_| File::open("/dev/null")).collect();
            std::mem::forget(files.unwrap());
        });
        thread.join().unwrap();
    }

    #[test]
    fn a_thread_that_was_joined_does_not_prevent_a_fork() {
        let failures = fork::alone(|| {
            (0..100)
                .filter(|_| {
                    join_one_that_ends_slowly();
                    fork::spawn(|| 0).and_then(fork::Child::wait).is_err()
                })
                .count() as i32
        });
        assert_eq!(failures, fork::Ended::Exited(0));
    }

    #[test]
    fn a_thread_that_was_joined_does_not_prevent_a_user_namespace() {
        for _ in 0..20 {
            let ended = fork::alone(|| {
                join_one_that_ends_slowly();
                let made = own_namespaces::unshare(UnshareFlags::NEWUSER);
                made.map_or_else(|error| error.raw_os_error().unwrap_or(-1), |()| 0)
            });
            assert_eq!(ended, fork::Ended::Exited(0));
        }
    }

    #[test]
    fn a_thread_that_runs_prevents_a_fork() {
        let ended = fork::alone(|| {
            std::thread::spawn(|| std::thread::sleep(Duration::from_secs(60)));
            i32::from(fork::spawn(|| 0).is_ok())
        });
        assert_eq!(ended, fork::Ended::Exited(0));
    }
}
