//! A user namespace of the container's own, where its supervisor stays in the one around: what root makes with
//! `--userns`.
//!
//! (For an ordinary user the supervisor itself is in the container's user namespace, and nothing of this is needed,
//! unless the container is to have the user's own id.)
//!
//! The files of layers and volumes keep the ids that the image gave them. They are shown to the container through
//! mounts that map ids ([`RootFs::mount_mapped`], Linux 5.19), so nothing is copied or changed, and what the container
//! writes is on disk as if it had written it without a namespace. The container's first process makes its mounts as
//! root of the namespace, which is nobody on the host: the [`crate::runtime::rootfs::userns_view`] is where it finds
//! what it needs.

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
    /// Makes one, which ends with its last process. This process must have one thread. `maps_mounts`: whether this
    /// process may map the ids of the host's mounts, as the host's root may.
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

    /// Its name for this process and those that it forks.
    pub fn path(&self) -> PathBuf {
        format!("/proc/self/fd/{}", self.namespace.as_raw_fd()).into()
    }

    /// Shows the files of a mount that is nowhere yet under the container's ids.
    pub fn map(&self, copy: &OwnedFd, path: &Path) -> Result<()> {
        if self.maps.is_identity() || !self.maps_mounts {
            return Ok(());
        }
        detached::map_ids(copy, &self.namespace).with_context(|| {
            format!(
                "showing {} under the container's ids: that needs Linux 5.19 or later, and a filesystem with idmapped mounts \
                 (ext4, xfs, btrfs …)",
                path.display()
            )
        })
    }
}

impl RootFs {
    /// Mounts the root as the store has it, for the time until [`RootFs::mount_mapped`]: what the engine makes in it is
    /// on disk as if there were no user namespace.
    pub fn mount_to_prepare(&self) -> Result<()> {
        if !self.volatile {
            // Of a start that was killed in that time: nothing was written then that could be torn.
            self.forget_volatile()?;
        }
        // Not synced at its end, which would wait for the whole disk.
        RootFs {
            volatile: true,
            ..self.clone()
        }
        .mount()
    }

    /// Removes overlayfs's mark of a mount whose writes may have been lost (overlayfs.rst, "Volatile mount").
    fn forget_volatile(&self) -> Result<()> {
        let mark = self.work.join("work/incompat");
        match fs::remove_dir_all(&mark) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).with_context(|| mark.display().to_string())
            }
            _ => Ok(()),
        }
    }

    /// Mounts the root as the container with this user namespace sees it, in the place of
    /// [`RootFs::mount_to_prepare`]'s, in which nothing is open any more.
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
        // Overlayfs wants to find its layers by paths; from then on it has mounts of its own.
        let shown = Shown::beside(&self.target)?;
        let lowers = self.lowers.iter().enumerate().map(|(number, lower)| {
            let copy = |path: &Path| {
                let copy = detached::copy_of_target(path)?;
                detached::restrict_copy(&copy, MountAttrFlags::MOUNT_ATTR_RDONLY)?;
                std::io::Result::Ok(copy)
            };
            shown.show(&number.to_string(), lower, &copy, userns)
        });
        let lowers = lowers.collect::<Result<_>>()?;
        // Both in one mount, or the kernel refuses them.
        let above = self.upper.parent().filter(|above| self.work.parent() == Some(above));
        let above = above.context("the writable directories are not beside each other")?;
        let own = shown.show("own", above, &detached::copy_of_target, userns)?;
        let inside = |path: &Path| own.join(path.file_name().unwrap_or_default());
        let root = RootFs {
            lowers,
            upper: inside(&self.upper),
            work: inside(&self.work),
            ..self.clone()
        };
        // Overlayfs works with the rights and the ids of who mounts it, and through these mounts the host's root has
        // none.
        let (uid, gid) = userns.maps.outside(0, 0).context("the container has no root")?;
        credentials::act_as(uid, gid, || root.mount()).context("acting as the container's root")?
    }
}

/// A directory for mounts, in memory, as long as they are needed.
struct Shown(PathBuf);

impl Shown {
    fn beside(target: &Path) -> Result<Shown> {
        let dir = target.with_file_name("layers");
        let make = || -> std::io::Result<()> {
            // One that is there is of a start that was killed.
            fs::create_dir_all(&dir)?;
            tree::filesystem("tmpfs", &dir, MountFlags::NOSUID | MountFlags::NODEV, "mode=0700")
        };
        make().with_context(|| dir.display().to_string())?;
        Ok(Shown(dir))
    }

    fn show(
        &self,
        name: &str,
        path: &Path,
        copy: &dyn Fn(&Path) -> std::io::Result<OwnedFd>,
        userns: &UserNamespace,
    ) -> Result<PathBuf> {
        let copy = copy(path).with_context(|| path.display().to_string())?;
        userns.map(&copy, path)?;
        let place = self.0.join(name);
        fs::create_dir(&place)
            .and_then(|()| detached::attach(&copy, &place))
            .with_context(|| place.display().to_string())?;
        Ok(place)
    }
}

impl Drop for Shown {
    /// Never with what is in it.
    fn drop(&mut self) {
        if tree::detach(&self.0).is_ok() {
            let _ = fs::remove_dir(&self.0);
        }
    }
}
