//! The user's mounts of a container. They are made here, on the mount points that
//! [`crate::runtime::rootfs::mount_point`] finds, before libcontainer works in the root.
//!
//! libcontainer would resolve mount points by path, with /proc and /sys mounted already, and would then work in `dev`
//! below the root's path, wherever a mount has made that lead. So only mounts in /dev and /sys are left to it: these
//! are freshly mounted and have no symlinks of others. None of them may be below another mount, whose owner could
//! change its content meanwhile.

use crate::runtime::model::isolation::{Isolation, Namespace};
use crate::runtime::model::mount::normalize_destination;
use crate::runtime::model::mount::{Mount, MountKind};
use crate::runtime::rootfs::mount_point;
use crate::runtime::rootfs::mount_point::Kind;
use crate::runtime::rootfs::userns::UserNamespace;
use crate::sys::files::filesystem;
use crate::sys::mount::detached;
use crate::sys::process::credentials;
use anyhow::{Context, Result, bail, ensure};
use rustix::mount::MountAttrFlags;
use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

/// Makes the mounts of `isolation` in the root at `rootfs`, in order. Returns those that are left to libcontainer.
/// `devices`: whether device nodes in the mounts may work. This process must have a mount namespace of its own.
pub fn attach_all(
    rootfs: &Path,
    isolation: &Isolation,
    devices: bool,
    userns: Option<&UserNamespace>,
) -> Result<Vec<Mount>> {
    let root = File::open(rootfs).with_context(|| format!("opening {}", rootfs.display()))?;
    let mut left = Vec::new();
    for mount in &isolation.mounts {
        let destination = normalize_destination(&mount.destination)?;
        if Path::new(&destination).starts_with("/proc") {
            bail!("nothing can be mounted at {destination}: what is below /proc is the kernel's");
        }
        match ["/dev", "/sys"]
            .iter()
            .any(|directory| Path::new(&destination).starts_with(directory))
        {
            true => left.push(mount.clone()),
            false => attach(root.as_fd(), mount, devices, userns)?,
        }
    }
    check_left(&left, &isolation.ipc)?;
    Ok(left)
}

/// Checks the mounts that are left to libcontainer, which does not say why a mount failed.
fn check_left(mounts: &[Mount], ipc: &Namespace) -> Result<()> {
    let others = mounts.iter().filter_map(|mount| match &mount.kind {
        MountKind::Bind { source, .. } if !is_sysfs(source) => Some(mount.destination.as_path()),
        _ => None,
    });
    let mut others: HashSet<&Path> = others.collect();
    if *ipc != Namespace::Private {
        others.insert(Path::new("/dev/shm"));
    }
    for mount in mounts {
        if let MountKind::Bind { source, .. } | MountKind::Device { source } = &mount.kind {
            fs::metadata(source).with_context(|| format!("mounting {}", source.display()))?;
        }
        let mut above = mount.destination.ancestors().skip(1);
        ensure!(
            !above.any(|path| others.contains(path)),
            "nothing can be mounted at {}: it is below another mount in the kernel's directories",
            mount.destination.display()
        );
    }
    Ok(())
}

/// Whether only the kernel makes symlinks there.
fn is_sysfs(source: &Path) -> bool {
    filesystem::at(source) == Some(filesystem::SYSFS)
}

/// Makes one mount in `root`, and its mount point if that is missing. `userns`: the container's own user namespace, if
/// this process is not in it.
pub fn attach(root: BorrowedFd<'_>, mount: &Mount, devices: bool, userns: Option<&UserNamespace>) -> Result<()> {
    let new = detached(mount, devices, userns)?;
    let kind = Kind::of_open(&new)?;
    let destination = mount.destination.display();
    let owner = userns.map(root_outside).transpose()?;
    let make = |parent: BorrowedFd<'_>, name: &OsStr, kind| -> io::Result<bool> {
        match owner {
            // On an idmapped mount the host's root has no id, so nothing can be made as that user.
            Some((uid, gid)) => credentials::act_as(uid, gid, || mount_point::make(parent, name, kind))?,
            None => mount_point::make(parent, name, kind),
        }
    };
    let mount_point = mount_point::find(root, &mount.destination, kind, &make)?;
    detached::attach_to(&new, &mount_point.file).with_context(|| format!("mounting {destination}"))
}

/// Makes the mount, detached from any tree.
fn detached(mount: &Mount, devices: bool, userns: Option<&UserNamespace>) -> Result<OwnedFd> {
    let nodev = match devices {
        true => MountAttrFlags::empty(),
        false => MountAttrFlags::MOUNT_ATTR_NODEV,
    };
    let read_only = match mount.read_only {
        true => MountAttrFlags::MOUNT_ATTR_RDONLY,
        false => MountAttrFlags::empty(),
    };
    let (source, recursive, propagation, map) = match &mount.kind {
        MountKind::Tmpfs => {
            let options = Options::parse(&mount.options, userns)?;
            return detached::tmpfs(
                options.data.iter().map(String::as_str),
                options.attributes | read_only | nodev,
            )
            .with_context(|| format!("mounting a tmpfs at {}", mount.destination.display()));
        }
        MountKind::Device { source } => (source, false, None, false),
        MountKind::Bind {
            source,
            recursive,
            propagation,
            map_ids,
        } => (source, *recursive, propagation.as_deref(), *map_ids),
    };
    let make = || -> Result<OwnedFd> {
        let copy = copy(source, recursive, userns.filter(|_| map))?;
        if let MountKind::Device { .. } = mount.kind {
            detached::restrict_copy(
                &copy,
                MountAttrFlags::MOUNT_ATTR_NOSUID | MountAttrFlags::MOUNT_ATTR_NOEXEC,
            )?;
        } else {
            detached::restrict_tree(&copy, read_only | nodev)?;
            detached::restrict_copy(&copy, Options::parse(&mount.options, None)?.attributes)?;
        }
        // All mounts of this mount namespace receive the host's propagation already, and cannot get any other kind.
        if matches!(propagation, None | Some("private" | "rprivate")) {
            detached::make_private(&copy)?;
        }
        Ok(copy)
    };
    make().with_context(|| format!("mounting {}", source.display()))
}

/// A detached copy of the mount at `source`, with those below it if `recursive`, idmapped to `userns` if that is given.
pub fn copy(source: &Path, recursive: bool, userns: Option<&UserNamespace>) -> Result<OwnedFd> {
    let copy = match recursive {
        true => detached::copy_tree(source)?,
        false => detached::copy_of_target(source)?,
    };
    if let Some(userns) = userns {
        userns.map(&copy, source)?;
    }
    Ok(copy)
}

/// Options of mount(8), split into those of the mount and those of the filesystem.
#[derive(Debug, PartialEq, Eq)]
struct Options {
    attributes: MountAttrFlags,
    data: Vec<String>,
}

impl Options {
    /// Later options override earlier ones. For a tmpfs in a container with `userns`, its owner's ids are translated to
    /// those outside; the default owner is root.
    fn parse(options: &[String], userns: Option<&UserNamespace>) -> Result<Options> {
        let mut parsed = Options {
            attributes: MountAttrFlags::empty(),
            data: Vec::new(),
        };
        for option in options {
            let (flag, set) = match option.as_str() {
                "nosuid" => (MountAttrFlags::MOUNT_ATTR_NOSUID, true),
                "suid" => (MountAttrFlags::MOUNT_ATTR_NOSUID, false),
                "nodev" => (MountAttrFlags::MOUNT_ATTR_NODEV, true),
                "dev" => (MountAttrFlags::MOUNT_ATTR_NODEV, false),
                "noexec" => (MountAttrFlags::MOUNT_ATTR_NOEXEC, true),
                "exec" => (MountAttrFlags::MOUNT_ATTR_NOEXEC, false),
                "noatime" => (MountAttrFlags::MOUNT_ATTR_NOATIME, true),
                "relatime" => (MountAttrFlags::MOUNT_ATTR_NOATIME, false),
                data => {
                    parsed.data.push(data.to_owned());
                    continue;
                }
            };
            parsed.attributes.set(flag, set);
        }
        if let Some(userns) = userns {
            parsed.set_owner(userns)?;
        }
        Ok(parsed)
    }

    /// Translates the owner of the filesystem's root to ids of this process's user namespace.
    fn set_owner(&mut self, userns: &UserNamespace) -> Result<()> {
        let id = |data: &[String], key: &str| -> Result<u32> {
            let given = data.iter().rev().find_map(|option| option.strip_prefix(key));
            given.map_or(Ok(0), |id| {
                id.parse().with_context(|| format!("{key}{id} is no number"))
            })
        };
        let (uid, gid) = (id(&self.data, "uid=")?, id(&self.data, "gid=")?);
        let outside = userns.maps().outside(uid, gid);
        let (uid, gid) =
            outside.with_context(|| format!("user {uid} or group {gid} does not exist in the container"))?;
        self.data
            .retain(|option| !option.starts_with("uid=") && !option.starts_with("gid="));
        self.data.extend([format!("uid={uid}"), format!("gid={gid}")]);
        Ok(())
    }
}

fn root_outside(userns: &UserNamespace) -> Result<(u32, u32)> {
    userns.maps().outside(0, 0).context("the container has no root")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(text: &str) -> Options {
        let options: Vec<String> = text.split(',').map(str::to_owned).collect();
        Options::parse(&options, None).unwrap()
    }

    #[test]
    fn options_are_split_and_the_last_one_counts() {
        let parsed = options("noexec,nosuid,nodev,exec,size=1m,noatime,mode=0711");
        assert_eq!(
            parsed.attributes,
            MountAttrFlags::MOUNT_ATTR_NOSUID | MountAttrFlags::MOUNT_ATTR_NODEV | MountAttrFlags::MOUNT_ATTR_NOATIME
        );
        assert_eq!(parsed.data, ["size=1m", "mode=0711"]);
    }

    fn mount(destination: &str, kind: MountKind) -> Mount {
        Mount {
            kind,
            destination: destination.into(),
            read_only: false,
            options: Vec::new(),
        }
    }

    fn bind(source: &str, destination: &str) -> Mount {
        let kind = MountKind::Bind {
            source: source.into(),
            recursive: true,
            propagation: None,
            map_ids: false,
        };
        mount(destination, kind)
    }

    #[test]
    fn a_mount_below_another_in_dev_or_sys_is_refused() {
        let check = |all: &[Mount], ipc: &Namespace| check_left(all, ipc).map_err(|error| error.to_string());
        let refused = |path: &str| {
            Err(format!(
                "nothing can be mounted at {path}: it is below another mount in the kernel's directories"
            ))
        };
        let private = &Namespace::Private;
        assert_eq!(
            check(&[bind("/tmp", "/dev/a"), bind("/tmp", "/dev/ab")], private),
            Ok(())
        );
        assert_eq!(
            check(&[bind("/tmp", "/dev/a"), bind("/tmp", "/dev/a/b")], private),
            refused("/dev/a/b")
        );
        assert_eq!(
            check(&[bind("/sys", "/sys"), bind("/sys/fs", "/sys/fs")], private),
            Ok(())
        );
        assert_eq!(check(&[bind("/tmp", "/dev/shm/x")], private), Ok(()));
        assert_eq!(
            check(&[bind("/tmp", "/dev/shm/x")], &Namespace::Host),
            refused("/dev/shm/x")
        );
        let memory = mount("/dev/t", MountKind::Tmpfs);
        assert_eq!(check(&[memory, bind("/tmp", "/dev/t/x")], private), Ok(()));
        assert_eq!(
            check(&[bind("/no/such", "/dev/x")], private),
            Err("mounting /no/such".into())
        );
    }

    /// With a search among all mounts for each one, this test would not end in time.
    #[test]
    fn two_hundred_thousand_mounts_are_checked() {
        let all: Vec<Mount> = (0..200_000).map(|n| bind("/tmp", &format!("/dev/v{n}"))).collect();
        check_left(&all, &Namespace::Private).unwrap();
    }
}
