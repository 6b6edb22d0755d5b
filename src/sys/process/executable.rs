//! Protects this program's file from containers (CVE-2019-5736).
//!
//! The threat: until it executes its program, a container's process runs this program's code, so its `/proc/PID/exe`
//! leads to this program's file on the host. The container can get hold of the file in two ways. Its command is
//! `/proc/self/exe` (or a script or program that names that as its interpreter), so this program becomes the
//! container's own process. Or a process of the container opens the `/proc/PID/exe` of a process that `exec` has just
//! brought in (libcontainer makes that process non-dumpable, so this needs CAP_SYS_PTRACE). It keeps the descriptor
//! until this program has ended and opens it again for writing; what it writes is run by the next command, as the
//! host's root or as the user.
//!
//! The remedy: such a process runs from a file that nobody can write. Commands that start processes in containers call
//! [`protect`] before anything else. It executes this program once more through a read-only mount of its file, which is
//! attached nowhere in the tree. A descriptor refers to the mount, so opening it again for writing fails with EROFS,
//! for root too, and so does chmod(2). If the kernel has no detached mounts or forbids them, a sealed copy in memory is
//! executed instead. Creating a container and exec both check with [`ensure_protected`] that this was done.
//!
//! It costs one execve(2), about a millisecond, and is left out if there is nothing to protect: the file is on a
//! read-only mount already, or belongs to root and an ordinary user runs it who cannot write it, so neither can that
//! user's containers. It comes before the user namespace is entered: a program that is executed inside belongs to that
//! namespace, and then CAP_SYS_PTRACE in the namespace would be enough to open the `/proc/PID/exe` of a process that is
//! about to enter a container.

use crate::sys::mount::detached;
use crate::sys::process::fork;
use crate::sys::process::own_namespaces;
use anyhow::{Context, Result, ensure};
use rustix::fs::{Access, AtFlags, CWD, MemfdFlags, SealFlags, StatVfsMountFlags};
use rustix::mount::MountAttrFlags;
use rustix::thread::UnshareFlags;
use std::ffi::{CString, OsString};
use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

const EXE: &str = "/proc/self/exe";
/// Tells the program that was executed again where its file is; the descriptor that it was executed by has no path.
const VARIABLE: &str = "LAMEL_EXECUTABLE";

static PATH: OnceLock<PathBuf> = OnceLock::new();
static PROTECTED: AtomicBool = AtomicBool::new(false);

/// Makes sure that no container that this process starts can write to this program's file. May execute the program
/// again, with the same arguments, so it comes before everything else that a command does. Costs two system calls where
/// nothing is to be done (any more). Must be called while the process has one thread.
pub fn protect() -> Result<()> {
    let given = std::env::var_os(VARIABLE).map(PathBuf::from);
    // SAFETY: the process has one thread.
    unsafe { std::env::remove_var(VARIABLE) };
    if is_protected().context("looking at this program's file")? {
        if let Some(path) = given {
            // The kernel has named the process after the descriptor's number.
            let _ = rustix::thread::set_name(c"lamel");
            let _ = PATH.set(path);
        }
        PROTECTED.store(true, Ordering::Relaxed);
        return Ok(());
    }
    ensure!(
        given.is_none(),
        "this program's file cannot be protected from containers"
    );
    let path = path()?;
    let file = read_only(&path)
        .or_else(|_| sealed_copy())
        .context("protecting this program's file from containers")?;
    execute(&file, &path).context("executing this program again")
}

/// An error unless [`protect`] has succeeded in this process or in the one that it was forked from. Called before a
/// process is started in a container, whether the container is new or runs already.
pub fn ensure_protected() -> Result<()> {
    ensure!(
        PROTECTED.load(Ordering::Relaxed),
        "bug: a process was to be started in a container without protecting this program's file; please report it"
    );
    Ok(())
}

/// The path of this program's file.
pub fn path() -> Result<PathBuf> {
    match PATH.get() {
        Some(path) => Ok(path.clone()),
        None => std::env::current_exe().context("finding this program's file"),
    }
}

fn is_protected() -> io::Result<bool> {
    if rustix::fs::statvfs(EXE)?.f_flag.contains(StatVfsMountFlags::RDONLY) {
        return Ok(true);
    }
    if !rustix::process::geteuid().is_root() {
        // The owner of a file can make it writable.
        let writable = rustix::fs::accessat(CWD, EXE, Access::WRITE_OK, AtFlags::EACCESS).is_ok();
        if !writable && std::fs::metadata(EXE)?.uid() == 0 {
            return Ok(true);
        }
    }
    let seals = File::open(EXE).and_then(|file| Ok(rustix::fs::fcntl_get_seals(&file)?));
    Ok(seals.is_ok_and(|seals| seals.contains(SEALS)))
}

const SEALS: SealFlags = SealFlags::WRITE
    .union(SealFlags::GROW)
    .union(SealFlags::SHRINK)
    .union(SealFlags::SEAL);

/// This program's file, opened through a detached read-only mount.
fn read_only(path: &Path) -> io::Result<OwnedFd> {
    if rustix::process::geteuid().is_root() {
        return read_only_mount(Path::new(EXE));
    }
    // An ordinary user may mount in a user namespace only; a child goes there, this process stays where it is.
    let file = fork::descriptor(|| {
        own_namespaces::unshare(UnshareFlags::NEWUSER | UnshareFlags::NEWNS)?;
        read_only_mount(path)
    })?;
    // The path may lead to another file by now.
    let (stat, own) = (rustix::fs::fstat(&file)?, rustix::fs::stat(EXE)?);
    match (stat.st_dev, stat.st_ino) == (own.st_dev, own.st_ino) {
        true => Ok(file),
        false => Err(io::Error::other("it is another file now")),
    }
}

fn read_only_mount(path: &Path) -> io::Result<OwnedFd> {
    let mount = detached::copy_of_target(path)?;
    detached::restrict_copy(&mount, MountAttrFlags::MOUNT_ATTR_RDONLY)?;
    Ok(mount)
}

/// A sealed copy in memory (memfd_create(2)).
fn sealed_copy() -> io::Result<OwnedFd> {
    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    let create = |flags| rustix::fs::memfd_create("lamel", flags);
    // Linux before 6.3 does not know that one may be for execution.
    let mut copy = File::from(create(flags | MemfdFlags::EXEC).or_else(|_| create(flags))?);
    io::copy(&mut File::open(EXE)?, &mut copy)?;
    rustix::fs::fcntl_add_seals(&copy, SEALS)?;
    Ok(copy.into())
}

/// Returns only on an error.
fn execute(file: &OwnedFd, path: &Path) -> Result<()> {
    let string = |text: OsString| CString::new(text.into_vec()).context("an argument with a NUL character");
    let args = std::env::args_os().map(string).collect::<Result<Vec<_>>>()?;
    let variables = std::env::vars_os().chain([(VARIABLE.into(), path.into())]);
    let env = variables
        .map(|(mut name, value)| {
            name.push("=");
            name.push(value);
            string(name)
        })
        .collect::<Result<Vec<_>>>()?;
    match nix::unistd::fexecve(file.as_raw_fd(), &args, &env)? {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn a_process_that_was_not_protected_may_start_none_in_containers() {
        let error = ensure_protected().unwrap_err().to_string();
        assert!(error.contains("without protecting this program's file"), "{error}");
    }

    #[test]
    fn a_sealed_copy_is_whole_and_cannot_be_written() {
        let copy = File::from(sealed_copy().unwrap());
        assert_eq!(copy.metadata().unwrap().len(), std::fs::metadata(EXE).unwrap().len());
        let again = File::options()
            .write(true)
            .open(format!("/proc/self/fd/{}", copy.as_raw_fd()))
            .and_then(|mut file| file.write_all(b"x"));
        assert_eq!(again.unwrap_err().raw_os_error(), Some(libc::EPERM));
    }
}
