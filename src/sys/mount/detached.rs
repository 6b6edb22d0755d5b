//! Mounts and namespaces of this process's own.

use crate::sys::process::threads;
use rustix::fs::{CWD, Mode, OFlags, openat};
pub use rustix::mount::MountAttrFlags;
use rustix::mount::{
    FsMountFlags, FsOpenFlags, MountFlags, MountPropagationFlags, MoveMountFlags, OpenTreeFlags, UnmountFlags,
    fsconfig_create, fsconfig_set_flag, fsconfig_set_string, fsmount, fsopen, mount, mount_bind, mount_change,
    move_mount, open_tree, unmount,
};
use rustix::thread::UnshareFlags;
use std::ffi::CStr;
use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::path::Path;

/// A mount namespace of this process's own: what the host mounts later still appears, what we mount never leaves.
pub fn private_namespace() -> io::Result<()> {
    unshare(UnshareFlags::NEWNS)?;
    Ok(mount_change(
        "/",
        MountPropagationFlags::REC | MountPropagationFlags::DOWNSTREAM,
    )?)
}

/// Leaves the namespaces named by `flags` for new ones.
pub fn unshare(flags: UnshareFlags) -> io::Result<()> {
    assert!(!flags.contains(UnshareFlags::FILES), "a descriptor table is never left");
    if flags.contains(UnshareFlags::NEWUSER) {
        // Where others run, the kernel refuses it.
        let _ = threads::wait_for_others();
    }
    // SAFETY: unsafe is only to unshare the descriptor table, which is excluded above.
    unsafe { rustix::thread::unshare_unsafe(flags) }.map_err(io::Error::from)
}

/// Mounts a filesystem of `kind` at `target`.
pub fn filesystem(kind: &str, target: &Path, flags: MountFlags, options: &str) -> io::Result<()> {
    let options = std::ffi::CString::new(options)?;
    Ok(mount(kind, target, kind, flags, options.as_c_str())?)
}

/// As [`filesystem`], where `options` have paths relative to `dir`; `target` is absolute. For that moment the whole process is in
/// `dir`.
pub fn filesystem_from(dir: &str, kind: &str, target: &Path, flags: MountFlags, options: &str) -> io::Result<()> {
    let back = openat(CWD, ".", OFlags::PATH | OFlags::CLOEXEC, Mode::empty())?;
    rustix::process::chdir(dir)?;
    let mounted = filesystem(kind, target, flags, options);
    rustix::process::fchdir(back)?;
    mounted
}

/// A fresh filesystem in memory that is nowhere in the tree yet. `options`: `size=1m` and so on, as tmpfs has them (tmpfs(5)).
pub fn memory<'a>(options: impl IntoIterator<Item = &'a str>, attributes: MountAttrFlags) -> io::Result<OwnedFd> {
    let filesystem = fsopen("tmpfs", FsOpenFlags::FSOPEN_CLOEXEC)?;
    for option in options {
        match option.split_once('=') {
            Some((key, value)) => fsconfig_set_string(&filesystem, key, value)?,
            None => fsconfig_set_flag(&filesystem, option)?,
        }
    }
    fsconfig_create(&filesystem)?;
    Ok(fsmount(&filesystem, FsMountFlags::FSMOUNT_CLOEXEC, attributes)?)
}

/// Mounts what is at `source` at `target` as well.
pub fn bind(source: &Path, target: &Path) -> io::Result<()> {
    Ok(mount_bind(source, target)?)
}

/// Takes the mount at `target` away, with all below it, at once for us and as soon as nobody uses it in truth.
pub fn detach(target: &Path) -> io::Result<()> {
    Ok(unmount(target, UnmountFlags::DETACH | UnmountFlags::NOFOLLOW)?)
}

/// A copy of the mount at `path` (a file of it is enough) that is nowhere in the tree yet.
pub fn copy(path: &Path) -> io::Result<OwnedFd> {
    let flags = OpenTreeFlags::OPEN_TREE_CLONE | OpenTreeFlags::OPEN_TREE_CLOEXEC | OpenTreeFlags::AT_SYMLINK_NOFOLLOW;
    Ok(open_tree(CWD, path, flags)?)
}

/// As [`copy`], of what the symbolic link `path` leads to.
pub fn copy_of_target(path: &Path) -> io::Result<OwnedFd> {
    let flags = OpenTreeFlags::OPEN_TREE_CLONE | OpenTreeFlags::OPEN_TREE_CLOEXEC;
    Ok(open_tree(rustix::fs::CWD, path, flags)?)
}

/// As [`copy_of_target`], with all that is mounted below.
pub fn copy_tree(path: &Path) -> io::Result<OwnedFd> {
    let flags = OpenTreeFlags::OPEN_TREE_CLONE | OpenTreeFlags::OPEN_TREE_CLOEXEC | OpenTreeFlags::AT_RECURSIVE;
    Ok(open_tree(CWD, path, flags)?)
}

/// Puts a mount that is nowhere yet over the open file or directory `target`.
pub fn attach_to(mount: impl AsFd, target: impl AsFd) -> io::Result<()> {
    let flags = MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH | MoveMountFlags::MOVE_MOUNT_T_EMPTY_PATH;
    Ok(move_mount(mount, "", target, "", flags)?)
}

/// As [`copy`], of the mount that an open directory is in.
pub fn copy_of_directory(directory: impl AsFd) -> io::Result<OwnedFd> {
    let flags = OpenTreeFlags::OPEN_TREE_CLONE | OpenTreeFlags::OPEN_TREE_CLOEXEC | OpenTreeFlags::AT_EMPTY_PATH;
    Ok(open_tree(directory, "", flags)?)
}

/// Puts a mount that is nowhere yet at `target`.
pub fn attach(mount: impl AsFd, target: &Path) -> io::Result<()> {
    Ok(move_mount(
        mount,
        "",
        CWD,
        target,
        MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH,
    )?)
}

/// Adds `attributes` (read-only, nodev …) to the mount at `target`; the others stay.
pub fn restrict(target: &Path, attributes: MountAttrFlags) -> io::Result<()> {
    let target = std::ffi::CString::new(std::os::unix::ffi::OsStrExt::as_bytes(target.as_os_str()))?;
    set_attributes(libc::AT_FDCWD, &target, 0, attributes, 0, None)
}

/// As [`restrict`], for a mount that is nowhere in the tree yet.
pub fn restrict_copy(mount: &OwnedFd, attributes: MountAttrFlags) -> io::Result<()> {
    set_attributes(mount.as_raw_fd(), c"", libc::AT_EMPTY_PATH, attributes, 0, None)
}

/// As [`restrict_copy`], with all that is mounted below.
pub fn restrict_tree(mount: &OwnedFd, attributes: MountAttrFlags) -> io::Result<()> {
    let flags = libc::AT_EMPTY_PATH | libc::AT_RECURSIVE;
    set_attributes(mount.as_raw_fd(), c"", flags, attributes, 0, None)
}

/// What is mounted later at the place that this was copied from does not appear in it, nor in what is mounted below it.
pub fn make_private(mount: &OwnedFd) -> io::Result<()> {
    let flags = libc::AT_EMPTY_PATH | libc::AT_RECURSIVE;
    let none = MountAttrFlags::empty();
    set_attributes(mount.as_raw_fd(), c"", flags, none, libc::MS_PRIVATE, None)
}

/// Shows the files of a mount that is nowhere in the tree yet, but for what is mounted below, as those of the ids that they have in
/// `namespace`, a user namespace: what is root's on disk is its root's (mount_setattr(2), MOUNT_ATTR_IDMAP).
pub fn map_ids(mount: &OwnedFd, namespace: &OwnedFd) -> io::Result<()> {
    let attributes = MountAttrFlags::MOUNT_ATTR_IDMAP;
    set_attributes(
        mount.as_raw_fd(),
        c"",
        libc::AT_EMPTY_PATH,
        attributes,
        0,
        Some(namespace),
    )
}

fn set_attributes(
    dir: i32,
    path: &CStr,
    flags: i32,
    attributes: MountAttrFlags,
    propagation: libc::c_ulong,
    namespace: Option<&OwnedFd>,
) -> io::Result<()> {
    #[repr(C)]
    struct MountAttr {
        set: u64,
        clear: u64,
        propagation: u64,
        userns_fd: u64,
    }
    let attr = MountAttr {
        set: attributes.bits().into(),
        clear: 0,
        propagation,
        userns_fd: namespace.map_or(0, |namespace| namespace.as_raw_fd() as u64),
    };
    // SAFETY: the path ends with NUL, and the structure has the layout and the size given (mount_setattr(2)).
    let result = unsafe {
        libc::syscall(
            libc::SYS_mount_setattr,
            dir,
            path.as_ptr(),
            flags,
            &attr,
            size_of::<MountAttr>(),
        )
    };
    if result == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}

/// Enters the namespace behind `fd`, one of `kind` (`CLONE_NEW…`).
pub fn enter_namespace(fd: impl AsFd, kind: libc::c_int) -> io::Result<()> {
    if kind & (libc::CLONE_NEWUSER | libc::CLONE_NEWNS) != 0 {
        // Where others run, the kernel refuses it.
        let _ = threads::wait_for_others();
    }
    // SAFETY: setns(2) with an open descriptor.
    if unsafe { libc::setns(fd.as_fd().as_raw_fd(), kind) } != 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}
