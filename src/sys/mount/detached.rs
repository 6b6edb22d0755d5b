//! Detached mounts: copies of others and new ones, which are nowhere in the tree and are held by a descriptor until
//! they are attached (open_tree(2), fsopen(2), move_mount(2)).

use rustix::fs::CWD;
use rustix::mount::{
    FsMountFlags, FsOpenFlags, MountAttrFlags, MoveMountFlags, OpenTreeFlags, fsconfig_create, fsconfig_set_flag,
    fsconfig_set_string, fsmount, fsopen, move_mount, open_tree,
};
use std::ffi::CStr;
use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::path::Path;

/// Makes a tmpfs. `options`: `size=1m` and so on (tmpfs(5)).
pub fn tmpfs<'a>(options: impl IntoIterator<Item = &'a str>, attributes: MountAttrFlags) -> io::Result<OwnedFd> {
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

/// Copies the mount at `path`, of which a single file is enough. Follows no symbolic link.
pub fn copy(path: &Path) -> io::Result<OwnedFd> {
    let flags = OpenTreeFlags::OPEN_TREE_CLONE | OpenTreeFlags::OPEN_TREE_CLOEXEC | OpenTreeFlags::AT_SYMLINK_NOFOLLOW;
    Ok(open_tree(CWD, path, flags)?)
}

/// Copies as [`copy`] does, and follows the symbolic link `path`.
pub fn copy_of_target(path: &Path) -> io::Result<OwnedFd> {
    let flags = OpenTreeFlags::OPEN_TREE_CLONE | OpenTreeFlags::OPEN_TREE_CLOEXEC;
    Ok(open_tree(CWD, path, flags)?)
}

/// Copies as [`copy_of_target`] does, with all that is mounted below.
pub fn copy_tree(path: &Path) -> io::Result<OwnedFd> {
    let flags = OpenTreeFlags::OPEN_TREE_CLONE | OpenTreeFlags::OPEN_TREE_CLOEXEC | OpenTreeFlags::AT_RECURSIVE;
    Ok(open_tree(CWD, path, flags)?)
}

/// Attaches a detached mount over the open file or directory `target`.
pub fn attach_to(mount: impl AsFd, target: impl AsFd) -> io::Result<()> {
    let flags = MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH | MoveMountFlags::MOVE_MOUNT_T_EMPTY_PATH;
    Ok(move_mount(mount, "", target, "", flags)?)
}

/// Copies the open directory's part of the mount that it is in.
pub fn copy_of_directory(directory: impl AsFd) -> io::Result<OwnedFd> {
    let flags = OpenTreeFlags::OPEN_TREE_CLONE | OpenTreeFlags::OPEN_TREE_CLOEXEC | OpenTreeFlags::AT_EMPTY_PATH;
    Ok(open_tree(directory, "", flags)?)
}

/// Attaches a detached mount at `target`.
pub fn attach(mount: impl AsFd, target: &Path) -> io::Result<()> {
    Ok(move_mount(
        mount,
        "",
        CWD,
        target,
        MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH,
    )?)
}

/// Adds `attributes` (read-only, nodev …) to a detached mount; the others stay.
pub fn restrict_copy(mount: &OwnedFd, attributes: MountAttrFlags) -> io::Result<()> {
    set_attributes(mount.as_raw_fd(), c"", libc::AT_EMPTY_PATH, attributes, 0, None)
}

/// Adds `attributes` to a detached mount and to all that is mounted below.
pub fn restrict_tree(mount: &OwnedFd, attributes: MountAttrFlags) -> io::Result<()> {
    let flags = libc::AT_EMPTY_PATH | libc::AT_RECURSIVE;
    set_attributes(mount.as_raw_fd(), c"", flags, attributes, 0, None)
}

/// Makes a detached mount and all below it private: what is mounted later where they were copied from does not appear
/// in them (mount_namespaces(7)).
pub fn make_private(mount: &OwnedFd) -> io::Result<()> {
    let flags = libc::AT_EMPTY_PATH | libc::AT_RECURSIVE;
    let none = MountAttrFlags::empty();
    set_attributes(mount.as_raw_fd(), c"", flags, none, libc::MS_PRIVATE, None)
}

/// Makes an idmapped mount of a detached one, without what is mounted below: its files belong to the ids that they have
/// in the user namespace `namespace`, so what is root's on disk is its root's (mount_setattr(2), MOUNT_ATTR_IDMAP).
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

/// Calls mount_setattr(2): adds `attributes`, changes the propagation where that is not 0, and maps ids by a user
/// namespace.
pub fn set_attributes(
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
