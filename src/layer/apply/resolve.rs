//! Finding where an entry goes.
//!
//! Everything goes by directory descriptors. The kernel opens an entry's parent, with symlinks refused. Where that
//! fails, the path is walked component by component, as Docker's and containerd's `FollowSymlinkInScope` do it, with
//! the layer's directory as the root that absolute symlinks and `..` cannot leave. Both end at a path without symlinks,
//! and that one is remembered, because links may be replaced while the tar goes on.

use crate::layer::apply::tree::{DirAttributes, EntryPath, LayerTree, Parent};
use crate::layer::path::{as_path, join, join_all};
use crate::layer::whiteout::is_whiteout;
use crate::sys::files::rooted;
use anyhow::{Context, Result, bail, ensure};
use rustix::fs::{AtFlags, FileType, Mode, OFlags, Timespec};
use rustix::io::Errno;
use std::collections::VecDeque;
use std::os::fd::{AsFd, OwnedFd};
use std::rc::Rc;

/// As the kernel's own limit (path_resolution(7)).
const MAX_SYMLINKS: u32 = 40;
/// Components that symlinks may add to one path, all together. Without this limit 40 targets could have 80,000, to be
/// looked up again for each entry below them.
const MAX_SYMLINK_COMPONENTS: usize = 1024;

/// Something in a directory; or the path of what is not a directory, so that nothing can be below it.
type OrNotDirectory<T> = std::result::Result<T, Vec<u8>>;

impl LayerTree<'_> {
    /// Finds where the entry with these components goes. Missing parents are made.
    pub fn resolve<'n>(&mut self, components: &[&'n [u8]]) -> Result<EntryPath<'n>> {
        match self.try_resolve(components)? {
            Ok(path) => Ok(path),
            Err(blocked) => bail!("{} is not a directory", as_path(&blocked).display()),
        }
    }

    /// As [`resolve`](Self::resolve), for an entry that means nothing where its parent is not a directory.
    pub fn try_resolve<'n>(&mut self, components: &[&'n [u8]]) -> Result<OrNotDirectory<EntryPath<'n>>> {
        let (name, parents) = components.split_last().context("the root itself")?;
        let requested = join_all(parents);
        if let Some(last) = self.last_parent.as_ref().filter(|last| last.requested == requested) {
            let parent = last.clone();
            return Ok(Ok(EntryPath { parent, name }));
        }
        let (fd, path) = match self.open_directory(&requested) {
            Ok(fd) => (fd, requested.clone()),
            Err(_) => match self.walk(parents)? {
                Ok(found) => found,
                Err(blocked) => return Ok(Err(blocked)),
            },
        };
        let parent = Rc::new(Parent { requested, path, fd });
        self.last_parent = Some(parent.clone());
        Ok(Ok(EntryPath { parent, name }))
    }

    /// Finds the parent of a hard link's target, if it is in this tree.
    pub fn find_parent(&self, parents: &[&[u8]]) -> Result<Option<Rc<Parent>>> {
        let requested = join_all(parents);
        if let Some(last) = self.last_parent.as_ref().filter(|last| last.requested == requested) {
            return Ok(Some(last.clone()));
        }
        let flags = OFlags::PATH | OFlags::DIRECTORY;
        match rooted::open(self.root, as_path(&requested), flags, Mode::empty()) {
            // The path may lead through symlinks; of this parent only the descriptor is used.
            Ok(fd) => Ok(Some(Rc::new(Parent {
                path: requested.clone(),
                requested,
                fd,
            }))),
            Err(error) if matches!(error.raw_os_error(), Some(libc::ENOENT | libc::ENOTDIR)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Opens a directory component by component: follows symlinks inside the root, and makes what is missing. Returns
    /// it with its path without symlinks.
    fn walk(&mut self, parents: &[&[u8]]) -> Result<OrNotDirectory<(OwnedFd, Vec<u8>)>> {
        let mut left: VecDeque<Vec<u8>> = parents.iter().map(|name| name.to_vec()).collect();
        let mut path: Vec<Vec<u8>> = Vec::new();
        let mut here = self.open_directory(b"")?;
        let (mut symlinks, mut symlink_components) = (0, 0);
        while let Some(name) = left.pop_front() {
            match name.as_slice() {
                b"" | b"." => continue,
                b".." => {
                    path.pop();
                    here = self.open_directory(&path.join(b"/".as_slice()))?;
                    continue;
                }
                _ => {}
            }
            let at = || as_path(&path.join(b"/".as_slice())).join(as_path(&name));
            let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            match rustix::fs::openat(&here, name.as_slice(), flags, Mode::empty()) {
                Ok(found) => {
                    let stat = rustix::fs::fstat(&found)?;
                    match FileType::from_raw_mode(stat.st_mode) {
                        FileType::Directory => {
                            here = found;
                            path.push(name);
                        }
                        FileType::Symlink => {
                            symlinks += 1;
                            ensure!(symlinks <= MAX_SYMLINKS, "too many symlinks at {}", at().display());
                            let target = rustix::fs::readlinkat(&found, "", Vec::new())?.into_bytes();
                            symlink_components += target.split(|&byte| byte == b'/').count();
                            ensure!(
                                symlink_components <= MAX_SYMLINK_COMPONENTS,
                                "symlinks of more than {MAX_SYMLINK_COMPONENTS} names at {}",
                                at().display()
                            );
                            if target.starts_with(b"/") {
                                path.clear();
                                here = self.open_directory(b"")?;
                            }
                            for name in target.split(|&byte| byte == b'/').rev() {
                                left.push_front(name.to_vec());
                            }
                        }
                        _ if is_whiteout(&stat) => {
                            // The whiteout hides what the layers below have there, so the directory in its place is
                            // opaque.
                            rustix::fs::unlinkat(&here, name.as_slice(), AtFlags::empty())?;
                            here = self.make_parent(here, name, &mut path, true)?;
                        }
                        _ => return Ok(Err(join(&path.join(b"/".as_slice()), &name))),
                    }
                }
                Err(Errno::NOENT) => here = self.make_parent(here, name, &mut path, false)?,
                Err(error) => return Err(error).with_context(|| at().display().to_string()),
            }
            ensure!(
                path.len() <= self.options.limits.depth,
                "more than {} directories deep",
                self.options.limits.depth
            );
        }
        Ok(Ok((here, path.join(b"/".as_slice()))))
    }

    /// Makes a directory without an entry of its own, opens it and appends it to `path`.
    fn make_parent(&mut self, here: OwnedFd, name: Vec<u8>, path: &mut Vec<Vec<u8>>, opaque: bool) -> Result<OwnedFd> {
        rustix::fs::mkdirat(&here, name.as_slice(), Mode::from_raw_mode(0o755))?;
        if opaque {
            self.set_opaque(here.as_fd(), &name)?;
        }
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let made = rustix::fs::openat(&here, name.as_slice(), flags, Mode::empty())?;
        path.push(name);
        let whole = path.join(b"/".as_slice());
        if !opaque {
            self.add_implicit_dir(whole.clone())?;
        }
        // No entry says its time. A fixed one, so that the same tar always gives the same tree.
        let attributes = DirAttributes {
            mode: Some(0o755),
            mtime: Timespec { tv_sec: 0, tv_nsec: 0 },
        };
        self.defer(whole, attributes)?;
        Ok(made)
    }

    fn open_directory(&self, path: &[u8]) -> Result<OwnedFd> {
        let flags = OFlags::PATH | OFlags::DIRECTORY;
        Ok(rooted::open_exact(self.root, as_path(path), flags)?)
    }
}
