//! A user namespace of the container's own, in which its supervisor is not: root's containers with `--userns`.
//!
//! For an ordinary user the supervisor itself is in the container's user namespace, and nothing of this is needed,
//! except with `keep-id`.
//!
//! The files of layers and volumes keep the ids that the image gave them. The container sees them through idmapped
//! mounts ([`RootFs::mount_mapped`], Linux 5.19), so nothing is copied or changed, and what it writes has on disk the
//! ids that it would have without a user namespace. The container's first process makes its mounts as root of the
//! namespace, who has no rights on the host: the [`crate::runtime::rootfs::userns_view`] gives it what it needs.

use crate::runtime::rootfs::overlay::RootFs;
use crate::sys::ids::id_maps::IdMaps;
use crate::sys::mount::detached;
use crate::sys::mount::tree;
use crate::sys::process::credentials;
use crate::sys::userns::create;
use anyhow::{Context, Result};
use rustix::mount::MountAttrFlags;
use rustix::mount::MountFlags;
use std::fs;
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::{Path, PathBuf};

/// See the module.
#[derive(Debug)]
pub struct UserNamespace {
    maps: IdMaps,
    namespace: OwnedFd,
    maps_mounts: bool,
}

impl UserNamespace {
    /// Makes a user namespace, which lives while a process or `self` refers to it. `maps_mounts`: whether this process
    /// may make idmapped mounts of the host's files, as the host's root may. This process must have one thread.
    pub fn make(maps: &IdMaps, maps_mounts: bool) -> Result<UserNamespace> {
        Ok(UserNamespace {
            namespace: create::with_maps(maps)?,
            maps: maps.clone(),
            maps_mounts,
        })
    }

    pub fn maps(&self) -> &IdMaps {
        &self.maps
    }

    pub fn namespace(&self) -> &OwnedFd {
        &self.namespace
    }

    /// Its path for this process and those that it forks.
    pub fn path(&self) -> PathBuf {
        format!("/proc/self/fd/{}", self.namespace.as_raw_fd()).into()
    }

    /// Makes a detached mount an idmapped one, which shows files with the container's ids. `path`: where the files are,
    /// for the error.
    pub fn map(&self, copy: &OwnedFd, path: &Path) -> Result<()> {
        if self.maps.is_identity() || !self.maps_mounts {
            return Ok(());
        }
        detached::map_ids(copy, &self.namespace).with_context(|| {
            format!(
                "showing {} under the container's ids: that needs Linux 5.19 or later, and a filesystem with \
                 idmapped mounts (ext4, xfs, btrfs …)",
                path.display()
            )
        })
    }
}

impl RootFs {
    /// Mounts the root without a mapping, until [`RootFs::mount_mapped`]: what lamel makes in it gets on disk the ids
    /// that it would have without a user namespace.
    pub fn mount_to_prepare(&self) -> Result<()> {
        if !self.volatile {
            // A start that was killed in that time has left the mark. What was written then cannot be torn: nothing but
            // empty mount points.
            self.forget_volatile()?;
        }
        // Volatile, since unmounting would otherwise sync the whole filesystem.
        RootFs {
            volatile: true,
            ..self.clone()
        }
        .mount()
    }

    /// Removes overlayfs's mark of a volatile mount, with which the kernel refuses to mount it again (overlayfs.rst,
    /// "Volatile mount").
    fn forget_volatile(&self) -> Result<()> {
        let mark = self.work.join("work/incompat");
        match fs::remove_dir_all(&mark) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).with_context(|| mark.display().to_string())
            }
            _ => Ok(()),
        }
    }

    /// Mounts the root as the container with this user namespace sees it, in place of the mount of
    /// [`RootFs::mount_to_prepare`], in which no file may be open any more.
    pub fn mount_mapped(&self, userns: &UserNamespace) -> Result<()> {
        tree::detach(&self.target).with_context(|| self.target.display().to_string())?;
        self.forget_volatile()?;
        if userns.maps.is_identity() {
            return self.mount();
        }
        if self.lowers.is_empty() {
            let copy = detached::copy_of_target(&self.upper).with_context(|| self.upper.display().to_string())?;
            userns.map(&copy, &self.upper)?;
            return detached::attach(&copy, &self.target).context("mounting the container's root");
        }
        // Overlayfs takes its layers by path, and then holds mounts of its own.
        let mounts = LayerMounts::beside(&self.target)?;
        let lowers = self.lowers.iter().enumerate().map(|(number, lower)| {
            let copy = |path: &Path| {
                let copy = detached::copy_of_target(path)?;
                detached::restrict_copy(&copy, MountAttrFlags::MOUNT_ATTR_RDONLY)?;
                std::io::Result::Ok(copy)
            };
            mounts.mount(&number.to_string(), lower, &copy, userns)
        });
        let lowers = lowers.collect::<Result<_>>()?;
        // Both in one mount: otherwise the kernel refuses them (EXDEV).
        let above = self.upper.parent().filter(|above| self.work.parent() == Some(above));
        let above = above.context("the writable directories are not beside each other")?;
        let own = mounts.mount("own", above, &detached::copy_of_target, userns)?;
        let inside = |path: &Path| own.join(path.file_name().unwrap_or_default());
        let root = RootFs {
            lowers,
            upper: inside(&self.upper),
            work: inside(&self.work),
            ..self.clone()
        };
        // Overlayfs works with the credentials of whoever mounts it, and on these mounts the host's root has no ids.
        let (uid, gid) = userns.maps.outside(0, 0).context("the container has no root")?;
        credentials::act_as(uid, gid, || root.mount()).context("acting as the container's root")?
    }
}

/// A tmpfs for mounts of layers, until overlayfs has taken them. Dropping it unmounts them.
struct LayerMounts(PathBuf);

impl LayerMounts {
    fn beside(target: &Path) -> Result<LayerMounts> {
        let dir = target.with_file_name("layers");
        let make = || -> std::io::Result<()> {
            // A start that was killed may have left it.
            fs::create_dir_all(&dir)?;
            tree::filesystem("tmpfs", &dir, MountFlags::NOSUID | MountFlags::NODEV, "mode=0700")
        };
        make().with_context(|| dir.display().to_string())?;
        Ok(LayerMounts(dir))
    }

    /// Mounts an idmapped copy of `path` under this name.
    fn mount(
        &self,
        name: &str,
        path: &Path,
        copy: &dyn Fn(&Path) -> std::io::Result<OwnedFd>,
        userns: &UserNamespace,
    ) -> Result<PathBuf> {
        let copy = copy(path).with_context(|| path.display().to_string())?;
        userns.map(&copy, path)?;
        let target = self.0.join(name);
        fs::create_dir(&target)
            .and_then(|()| detached::attach(&copy, &target))
            .with_context(|| target.display().to_string())?;
        Ok(target)
    }
}

impl Drop for LayerMounts {
    /// Only the empty directory is removed, never what is mounted there.
    fn drop(&mut self) {
        if tree::detach(&self.0).is_ok() {
            let _ = fs::remove_dir(&self.0);
        }
    }
}
