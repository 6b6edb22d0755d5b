//! Daemonizing: a background process must keep nothing of its caller's open.

use std::io;
use std::os::fd::{AsRawFd, RawFd};

/// Makes this process, a fork, independent of its caller: a session of its own, `/` as its directory, /dev/null for its
/// standard descriptors, and none of the descriptors that the caller handed down. What this program itself opened stays
/// open. Memory that was freed before goes back to the system, since such a process lives long and does little.
pub fn detach() -> io::Result<()> {
    rustix::process::setsid()?;
    rustix::process::chdir("/")?;
    let null = std::fs::File::options().read(true).write(true).open("/dev/null")?;
    for standard in 0..=2 {
        // SAFETY: the standard descriptors belong to the whole program, and stay open throughout.
        if unsafe { libc::dup2(null.as_raw_fd(), standard) } < 0 {
            return Err(io::Error::last_os_error());
        }
    }
    close_inherited()?;
    give_back_memory();
    Ok(())
}

/// Gives memory that this process has used and needs no more back to the system, for one that from now on does little:
/// of the heap what was freed, of the stack what is below the caller's part.
pub fn give_back_memory() {
    // SAFETY: no preconditions; memory that is in use is not touched.
    #[cfg(target_env = "gnu")]
    unsafe {
        libc::malloc_trim(0)
    };
    const PAGE: usize = 4096;
    let here = std::hint::black_box([0_u8; 1]);
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap_or_default();
    let stack = maps.lines().find(|line| line.ends_with("[stack]"));
    let bounds = stack.and_then(|line| {
        let (lowest, top) = line.split(' ').next()?.split_once('-')?;
        let number = |text| usize::from_str_radix(text, 16).ok();
        Some((number(lowest)?, number(top)?))
    });
    // Two pages for this function's own calls; a leaf may use 128 bytes more (the ABI's red zone).
    let end = (here.as_ptr() as usize & !(PAGE - 1)).saturating_sub(2 * PAGE);
    // Not in another thread than the first, whose stack this is.
    if let Some((lowest, _)) = bounds.filter(|(lowest, top)| (*lowest..*top).contains(&end)) {
        // SAFETY: the range is of this thread's stack and below all frames that are alive: nothing in it is in use.
        unsafe { libc::madvise(lowest as *mut libc::c_void, end - lowest, libc::MADV_DONTNEED) };
    }
}

/// Closes inherited descriptors. This program opens everything close-on-exec, so the others were inherited from the
/// caller, who may be waiting for their end (`$(…)`, a test harness's pipe).
fn close_inherited() -> io::Result<()> {
    let open: Vec<RawFd> = std::fs::read_dir("/proc/self/fd")?
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter(|fd| *fd > 2)
        .collect();
    for fd in open {
        // SAFETY: only queries; the number may be that of the listing, closed since.
        let flags = unsafe { libc::fcntl(fd, libc::F_GETFD) };
        if flags >= 0 && flags & libc::FD_CLOEXEC == 0 {
            // SAFETY: no value of this program owns the descriptor, since all that it opens are close-on-exec.
            unsafe { libc::close(fd) };
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn a_detached_process_keeps_no_pipe_of_its_caller_open() {
        let (mut reader, writer) = std::io::pipe().unwrap();
        rustix::io::fcntl_setfd(&writer, rustix::io::FdFlags::empty()).unwrap();
        // Not by this program's own fork, which refuses to in a process with threads, such as the test's.
        // SAFETY: the child makes a few system calls and exits.
        let child = unsafe { libc::fork() };
        if child == 0 {
            let ours = detach().is_ok();
            std::thread::sleep(std::time::Duration::from_millis(if ours { 300 } else { 0 }));
            crate::sys::process::fork::exit(i32::from(!ours));
        }
        drop(writer);
        let begun = std::time::Instant::now();
        assert_eq!(reader.read(&mut [0; 1]).unwrap(), 0);
        assert!(begun.elapsed() < std::time::Duration::from_millis(250));
        assert_eq!(
            crate::sys::process::fork::wait(child).unwrap(),
            crate::sys::process::fork::Ended::Exited(0)
        );
    }
}
