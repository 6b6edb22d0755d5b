//! The view that a process has of the run directory while it sets up a container as root of a user namespace.
//!
//! That root is an ordinary id on the host: the run directory, and what is to be bound from it, may be in directories
//! that are closed to it. So, while the container is set up, the first name of the run directory's path (`/run`, say)
//! is covered in this process's own mount namespace by an empty tmpfs. In it is nothing but a path to the run directory
//! that is open to all, and beside that the mounts.

use crate::runtime::model::mount::{Mount, MountKind};
use crate::runtime::model::run_dir::{BUNDLE, NETWORK, NETWORK_NAMESPACE, STATE};
use crate::runtime::rootfs::mount_point::Kind;
use crate::runtime::rootfs::mounts;
use crate::runtime::rootfs::userns::UserNamespace;
use crate::sys::ids::id_maps::IdMaps;
use crate::sys::mount::detached;
use crate::sys::mount::tree;
use anyhow::{Context, Result, ensure};
use rustix::mount::MountFlags;
use std::fs::{self, File, Permissions};
use std::os::fd::OwnedFd;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};

/// The mount that covers the host's directory. Dropping it unmounts it.
#[derive(Debug)]
pub struct UsernsView {
    top: PathBuf,
    /// The run directory, without symlinks.
    dir: PathBuf,
}

impl UsernsView {
    /// The view for a container's first process. The sources of `mounts`, and this program's file if `program` is
    /// given, are mounted in the view, and their paths are changed to those mounts. This process must have a mount
    /// namespace of its own.
    pub fn for_first(
        run_dir: &Path,
        userns: &UserNamespace,
        mounts: &mut [Mount],
        program: Option<&mut PathBuf>,
    ) -> Result<UsernsView> {
        // Everything is opened before it is covered.
        let own = detached::copy_tree(run_dir).with_context(|| run_dir.display().to_string())?;
        let mut copies: Vec<(OwnedFd, &mut PathBuf)> = Vec::new();
        for mount in mounts {
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
        if let Some(program) = program {
            let copy = detached::copy_of_target(program).context("this program")?;
            copies.push((copy, program));
        }
        let view = UsernsView::over(run_dir)?;
        detached::attach(&own, &view.dir).with_context(|| view.dir.display().to_string())?;
        open_to_all(&view.dir)?;
        let name = view.dir.file_name().unwrap_or_default().to_string_lossy();
        let beside = view.dir.with_file_name(format!("{name}-mounts"));
        make_directory(&beside)?;
        for (number, (copy, source)) in copies.into_iter().enumerate() {
            let path = beside.join(number.to_string());
            match Kind::of_open(&copy)? {
                Kind::Directory => make_directory(&path)?,
                Kind::File => drop(File::create(&path).with_context(|| path.display().to_string())?),
            }
            detached::attach(&copy, &path).with_context(|| format!("mounting {}", source.display()))?;
            *source = path;
        }
        Ok(view)
    }

    /// The view for an exec, until this process ends: a run directory that belongs to root of the user namespace with
    /// `maps`, with copies of the runtime's state. Returns its path without symlinks. This process must have a mount
    /// namespace of its own.
    pub fn for_further(run_dir: &Path, maps: &IdMaps) -> Result<PathBuf> {
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
        let view = UsernsView::over(run_dir)?;
        for name in [STATE, BUNDLE, "root", NETWORK] {
            make_directory(&view.dir.join(name))?;
        }
        // libcontainer checks only that the namespace's file exists.
        File::create(view.dir.join(NETWORK_NAMESPACE)).context("copying the runtime's state")?;
        for (name, text) in names.iter().zip(texts) {
            fs::write(view.dir.join(name), text).context("copying the runtime's state")?;
        }
        chown(&view.dir, Some(uid), Some(gid)).with_context(|| view.dir.display().to_string())?;
        let dir = view.dir.clone();
        // It is unmounted with the mount namespace.
        std::mem::forget(view);
        Ok(dir)
    }

    /// Covers the first name of the path with a tmpfs, and makes the run directory's path in it.
    fn over(run_dir: &Path) -> Result<UsernsView> {
        let dir = fs::canonicalize(run_dir).with_context(|| run_dir.display().to_string())?;
        let top: PathBuf = dir.components().take(2).collect();
        ensure!(dir != top, "the run directory {} is not below another", dir.display());
        tree::filesystem("tmpfs", &top, MountFlags::NOSUID | MountFlags::NODEV, "mode=0755")
            .with_context(|| format!("mounting over {}", top.display()))?;
        let view = UsernsView { top, dir };
        let mut way: Vec<_> = view.dir.ancestors().take_while(|path| **path != view.top).collect();
        way.reverse();
        way.into_iter().try_for_each(make_directory)?;
        Ok(view)
    }
}

impl Drop for UsernsView {
    fn drop(&mut self) {
        let _ = tree::detach(&self.top);
    }
}

/// Makes a directory that everybody may pass, whatever the umask is.
fn make_directory(path: &Path) -> Result<()> {
    fs::create_dir(path).with_context(|| path.display().to_string())?;
    open_to_all(path)
}

/// Lets everybody pass who sees the directory, that is the processes in this mount namespace.
fn open_to_all(path: &Path) -> Result<()> {
    fs::set_permissions(path, Permissions::from_mode(0o711)).with_context(|| path.display().to_string())
}
