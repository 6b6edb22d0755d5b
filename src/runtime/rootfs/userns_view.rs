//! Where a container's first process, and a further one, find what they need to set the container up, when they are root of a user
//! namespace whose root is nobody on the host: the run directory, and what is to be bound, may be in directories that are closed to it.
//!
//! So the first name of the run directory's path (`/run`, say) is covered for that moment, in a mount namespace of ours, by an empty
//! filesystem in memory in which there is nothing but a way to the run directory that is open to all, and beside it the mounts.

use crate::runtime::create::spec::Host;
use crate::runtime::model::isolation::Isolation;
use crate::runtime::model::mount::MountKind;
use crate::runtime::model::run_dir::{BUNDLE, NETWORK, NETWORK_NAMESPACE, STATE};
use crate::runtime::rootfs::mount_point::Kind;
use crate::runtime::rootfs::mounts;
use crate::runtime::rootfs::userns::UserNamespace;
use crate::sys::mount;
use crate::sys::userns::id_maps::IdMaps;
use anyhow::{Context, Result, ensure};
use rustix::mount::MountFlags;
use std::fs::{self, File, Permissions};
use std::os::fd::OwnedFd;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};

/// What covers the host's directory. Dropped, it is taken away.
#[derive(Debug)]
pub struct Stage {
    top: PathBuf,
    /// The run directory, without symlinks.
    dir: PathBuf,
}

impl Stage {
    /// Sets up what the container's first process needs: the mounts that `isolation` and `host` name are found under other names
    /// afterwards, which are put there. This process must have a mount namespace of its own.
    pub fn for_first(
        run_dir: &Path,
        userns: &UserNamespace,
        isolation: &mut Isolation,
        host: &mut Host,
    ) -> Result<Stage> {
        // Before anything is covered.
        let own = mount::copy_tree(run_dir).with_context(|| run_dir.display().to_string())?;
        let mut copies: Vec<(OwnedFd, &mut PathBuf)> = Vec::new();
        for mount in &mut isolation.mounts {
            let (source, recursive, map) = match &mut mount.kind {
                MountKind::Bind {
                    source,
                    recursive,
                    map_ids,
                    ..
                } => (source, *recursive, *map_ids),
                MountKind::Device { source } => (source, false, false),
                MountKind::Tmpfs => continue,
            };
            let copy = mounts::copy(source, recursive, Some(userns).filter(|_| map));
            let copy = copy.with_context(|| format!("mounting {}", source.display()))?;
            copies.push((copy, source));
        }
        if isolation.init {
            let copy = mount::copy_of_target(&host.executable).context("this program")?;
            copies.push((copy, &mut host.executable));
        }
        let stage = Stage::over(run_dir)?;
        mount::attach(&own, &stage.dir).with_context(|| stage.dir.display().to_string())?;
        open(&stage.dir)?;
        let name = stage.dir.file_name().unwrap_or_default().to_string_lossy();
        let beside = stage.dir.with_file_name(format!("{name}-mounts"));
        directory(&beside)?;
        for (number, (copy, source)) in copies.into_iter().enumerate() {
            let path = beside.join(number.to_string());
            match Kind::of_open(&copy)? {
                Kind::Directory => directory(&path)?,
                Kind::File => drop(File::create(&path).with_context(|| path.display().to_string())?),
            }
            mount::attach(&copy, &path).with_context(|| format!("mounting {}", source.display()))?;
            *source = path;
        }
        Ok(stage)
    }

    /// Sets up what a further process needs, until this process ends: a run directory that is root's in the user namespace with `maps`, with
    /// copies of the runtime's state in it. This process must have a mount namespace of its own.
    pub fn for_further(run_dir: &Path, maps: &IdMaps) -> Result<()> {
        let names = [
            Path::new(STATE).join("state.json"),
            Path::new(BUNDLE).join("config.json"),
        ];
        let read = |name: &PathBuf| {
            let path = run_dir.join(name);
            fs::read(&path).with_context(|| format!("reading {}", path.display()))
        };
        let texts = names.iter().map(read).collect::<Result<Vec<_>>>()?;
        let (uid, gid) = maps.outside(0, 0).context("the container has no root")?;
        let stage = Stage::over(run_dir)?;
        for name in [STATE, BUNDLE, "root", NETWORK] {
            directory(&stage.dir.join(name))?;
        }
        // Only that it is there is looked at.
        File::create(stage.dir.join(NETWORK_NAMESPACE)).context("copying the runtime's state")?;
        for (name, text) in names.iter().zip(texts) {
            fs::write(stage.dir.join(name), text).context("copying the runtime's state")?;
        }
        crate::runtime::create::libcontainer_workarounds::pretend(&stage.dir.join(BUNDLE))?;
        chown(&stage.dir, Some(uid), Some(gid)).with_context(|| stage.dir.display().to_string())?;
        // It goes with the mount namespace.
        std::mem::forget(stage);
        Ok(())
    }

    fn over(run_dir: &Path) -> Result<Stage> {
        let dir = fs::canonicalize(run_dir).with_context(|| run_dir.display().to_string())?;
        let top: PathBuf = dir.components().take(2).collect();
        ensure!(dir != top, "the run directory {} is not below another", dir.display());
        mount::filesystem("tmpfs", &top, MountFlags::NOSUID | MountFlags::NODEV, "mode=0755")
            .with_context(|| format!("mounting over {}", top.display()))?;
        let stage = Stage { top, dir };
        let mut way: Vec<_> = stage.dir.ancestors().take_while(|path| **path != stage.top).collect();
        way.reverse();
        way.into_iter().try_for_each(directory)?;
        Ok(stage)
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let _ = mount::detach(&self.top);
    }
}

/// Whatever the umask is.
fn directory(path: &Path) -> Result<()> {
    fs::create_dir(path).with_context(|| path.display().to_string())?;
    open(path)
}

/// A way for all, which only those on the stage can go.
fn open(path: &Path) -> Result<()> {
    fs::set_permissions(path, Permissions::from_mode(0o711)).with_context(|| path.display().to_string())
}
