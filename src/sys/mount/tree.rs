//! Mounts in the tree of this process's mount namespace, by path.

use crate::sys::mount::detached;
use rustix::fs::{CWD, Mode, OFlags, openat};
use rustix::mount::{MountAttrFlags, MountFlags, UnmountFlags, mount, mount_bind, unmount};
use std::ffi::CString;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Mounts a filesystem of `kind` at `target`.
pub fn filesystem(kind: &str, target: &Path, flags: MountFlags, options: &str) -> io::Result<()> {
    let options = CString::new(options)?;
    Ok(mount(kind, target, kind, flags, options.as_c_str())?)
}

/// Mounts as [`filesystem`] does, with `options` whose paths are relative to `dir`; `target` is absolute. Changes the
/// whole process's working directory to `dir` for the duration of the call.
pub fn filesystem_from(dir: &str, kind: &str, target: &Path, flags: MountFlags, options: &str) -> io::Result<()> {
    let back = openat(CWD, ".", OFlags::PATH | OFlags::CLOEXEC, Mode::empty())?;
    rustix::process::chdir(dir)?;
    let mounted = filesystem(kind, target, flags, options);
    rustix::process::fchdir(back)?;
    mounted
}

/// Makes a bind mount of `source` at `target`.
pub fn bind(source: &Path, target: &Path) -> io::Result<()> {
    Ok(mount_bind(source, target)?)
}

/// Unmounts `target` with all below it: it vanishes from the tree at once, and from the kernel when nobody uses it any
/// more (umount2(2), MNT_DETACH).
pub fn detach(target: &Path) -> io::Result<()> {
    Ok(unmount(target, UnmountFlags::DETACH | UnmountFlags::NOFOLLOW)?)
}

/// Adds `attributes` (read-only, nodev …) to the mount at `target`; the others stay.
pub fn restrict(target: &Path, attributes: MountAttrFlags) -> io::Result<()> {
    let target = CString::new(target.as_os_str().as_bytes())?;
    detached::set_attributes(libc::AT_FDCWD, &target, 0, attributes, 0, None)
}
