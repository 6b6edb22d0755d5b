//! The namespaces of another process. If the process ends, its pid may become another process's, whose namespaces may
//! be the host's. So what was opened by pid counts only if the process still exists afterwards.

use crate::sys::process::fork;
use crate::sys::process::identity::Process;
use crate::sys::process::own_namespaces;
use rustix::fs::{CWD, Mode, OFlags, openat};
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;

/// The namespace of `kind` (its name in /proc/PID/ns) that `process` is in.
pub fn open(process: &Process, kind: &str) -> io::Result<File> {
    let namespace = File::open(format!("/proc/{}/ns/{kind}", process.pid))?;
    still(process)?;
    Ok(namespace)
}

/// The directory of all of its namespaces, in which nothing is found any more when it has ended, whoever has its number
/// then.
pub fn directory(process: &Process) -> io::Result<OwnedFd> {
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let directory = openat(CWD, format!("/proc/{}/ns", process.pid), flags, Mode::empty())?;
    still(process)?;
    Ok(directory)
}

/// What `make` opens in a child that is in the mount namespace of `process`, with the root of that as its root: which
/// is not /proc/PID/root, since the process may have left that for a directory of its choice. This process must be in
/// the owning user namespace and have one thread.
pub fn descriptor(process: &Process, make: impl FnOnce() -> io::Result<OwnedFd>) -> io::Result<OwnedFd> {
    let namespace = open(process, "mnt")?;
    fork::descriptor(|| {
        own_namespaces::enter(&namespace, libc::CLONE_NEWNS)?;
        make()
    })
}

/// An error where it has ended.
pub fn still(process: &Process) -> io::Result<()> {
    match process.is_alive() {
        true => Ok(()),
        false => Err(io::Error::other("the process has ended")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::fd::AsRawFd;

    #[test]
    fn what_a_number_leads_to_counts_only_while_it_is_the_same_process() {
        let me = Process::find(std::process::id() as i32).unwrap();
        assert!(open(&me, "mnt").is_ok() && directory(&me).is_ok());
        let earlier = Process {
            start_time: me.start_time - 1,
            ..me
        };
        assert_eq!(open(&earlier, "mnt").unwrap_err().to_string(), "the process has ended");
        assert!(directory(&earlier).is_err());
    }

    #[test]
    fn a_directory_of_namespaces_is_empty_when_its_process_has_ended() {
        let mut child = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        let process = Process::find(child.id() as i32).unwrap();
        let directory = directory(&process).unwrap();
        let path = format!("/proc/self/fd/{}/mnt", directory.as_raw_fd());
        File::open(&path).unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(File::open(&path).unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
