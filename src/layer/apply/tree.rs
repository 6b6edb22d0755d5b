//! The directory that a layer is unpacked into: finding where an entry goes.
//!
//! Everything goes by directory descriptors. An entry's parent is opened by the kernel with symlinks refused; only
//! where that fails it is walked component by component, as Docker's and containerd's `FollowSymlinkInScope` would, with
//! the directory itself as the root that absolute symlinks and `..` cannot leave. Both end at a path without symlinks,
//! which is what is remembered: links may be replaced while the tar goes on.

use crate::layer::apply::remove::Replaced;
use crate::layer::model::{ApplyOptions, Skipped};
use crate::sys::files::rooted;
use anyhow::{Context, Result, bail, ensure};
use rustix::fs::{AtFlags, FileType, Mode, OFlags, Stat, Timespec};
use rustix::io::Errno;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::ffi::OsStr;
use std::hash::RandomState;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// What is found in a directory, or else the path of something that is no directory, and below which nothing can be.
type Below<T> = std::result::Result<T, Vec<u8>>;

/// As the kernel's own limit (path_resolution(7)).
const MAX_SYMLINKS: u32 = 40;
/// Names that symlinks put into one path, all together: 40 targets could hold 80,000, to be looked up again for each
/// entry below them.
const MAX_LINKED_NAMES: usize = 1024;
/// What remembering a name costs beside its bytes, about.
pub const PER_NAME: usize = 64;
/// Examples kept of what was skipped.
pub const MAX_EXAMPLES: usize = 16;

/// A directory that entries are placed in.
pub struct Parent {
    /// The path it was asked for by.
    asked: Vec<u8>,
    /// Where it is: no symlinks, no `.` or `..`, relative; empty for the root.
    pub path: Vec<u8>,
    /// A path descriptor.
    pub fd: OwnedFd,
}

/// Where an entry goes.
pub struct Place<'n> {
    pub parent: Rc<Parent>,
    pub name: &'n [u8],
}

impl Place<'_> {
    pub fn path(&self) -> Vec<u8> {
        join(&self.parent.path, self.name)
    }

    pub fn fd(&self) -> BorrowedFd<'_> {
        self.parent.fd.as_fd()
    }

    /// What is there, not following a symlink.
    pub fn stat(&self) -> Result<Option<Stat>> {
        match rustix::fs::statat(&self.parent.fd, self.name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) => Ok(Some(stat)),
            Err(Errno::NOENT) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// What a directory gets when nothing is placed in it any more.
pub struct Late {
    /// Where the mode that it has is not its final one.
    pub mode: Option<u32>,
    pub mtime: Timespec,
}

pub struct Tree<'a> {
    pub root: BorrowedFd<'a>,
    pub options: &'a ApplyOptions,
    /// The parent of the last entry: tars list a directory's entries one after the other.
    pub last: Option<Rc<Parent>>,
    /// Keyed by path, as the following ones: what is below a path can be found and dropped without a search.
    pub late: BTreeMap<Vec<u8>, Late>,
    pub implicit: BTreeSet<Vec<u8>>,
    /// Hard links to what is not here: path, target.
    pub links: BTreeMap<Vec<u8>, Vec<u8>>,
    /// Bytes that these three hold, or have held.
    held: usize,
    /// Files with content, by hash of the path: their number in the tar-split, if it refers to them. The hash is keyed
    /// at random, so a collision cannot be made; it would make `assemble` give a tar with another digest, no more.
    pub contents: HashMap<u64, Option<u32>>,
    pub hash: RandomState,
    pub replaced: Option<Replaced>,
    /// The root hides all layers below.
    pub opaque: bool,
    /// Sum of the files' sizes, bytes.
    pub size: u64,
    pub skipped: Skipped,
}

impl<'a> Tree<'a> {
    pub fn new(root: BorrowedFd<'a>, options: &'a ApplyOptions) -> Tree<'a> {
        Tree {
            root,
            options,
            last: None,
            late: BTreeMap::new(),
            implicit: BTreeSet::new(),
            links: BTreeMap::new(),
            held: 0,
            contents: HashMap::new(),
            hash: RandomState::new(),
            replaced: None,
            opaque: false,
            size: 0,
            skipped: Skipped::default(),
        }
    }

    /// Where an entry goes whose cleaned path this is; missing parents are made.
    pub fn place<'n>(&mut self, components: &[&'n [u8]]) -> Result<Place<'n>> {
        match self.place_below(components)? {
            Ok(place) => Ok(place),
            Err(blocked) => bail!("{} is not a directory", as_path(&blocked).display()),
        }
    }

    /// As [`place`](Self::place), for what means nothing where there is no directory.
    pub fn place_below<'n>(&mut self, components: &[&'n [u8]]) -> Result<Below<Place<'n>>> {
        let (name, parents) = components.split_last().context("the root itself")?;
        let asked = parents.join(b"/".as_slice());
        let parent = match &self.last {
            Some(last) if last.asked == asked => last.clone(),
            _ => {
                let (fd, path) = match rooted::open_exact(self.root, as_path(&asked), OFlags::PATH | OFlags::DIRECTORY)
                {
                    Ok(fd) => (fd, asked.clone()),
                    Err(_) => match self.walk(parents)? {
                        Ok(found) => found,
                        Err(blocked) => return Ok(Err(blocked)),
                    },
                };
                let parent = Rc::new(Parent { asked, path, fd });
                self.last = Some(parent.clone());
                parent
            }
        };
        Ok(Ok(Place { parent, name }))
    }

    /// The parent of a hard link's target, if it is in this tree.
    pub fn find_parent(&self, parents: &[&[u8]]) -> Result<Option<Rc<Parent>>> {
        let asked = parents.join(b"/".as_slice());
        if let Some(last) = self.last.as_ref().filter(|last| last.asked == asked) {
            return Ok(Some(last.clone()));
        }
        let flags = OFlags::PATH | OFlags::DIRECTORY;
        match rooted::open(self.root, as_path(&asked), flags, Mode::empty()) {
            // The path may lead through symlinks; nobody asks for it here.
            Ok(fd) => Ok(Some(Rc::new(Parent {
                path: asked.clone(),
                asked,
                fd,
            }))),
            Err(error) if matches!(error.raw_os_error(), Some(libc::ENOENT | libc::ENOTDIR)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Opens a directory component by component, following symlinks inside the root and making what is missing.
    fn walk(&mut self, parents: &[&[u8]]) -> Result<Below<(OwnedFd, Vec<u8>)>> {
        let mut left: VecDeque<Vec<u8>> = parents.iter().map(|name| name.to_vec()).collect();
        let mut path: Vec<Vec<u8>> = Vec::new();
        let mut here = self.open_directory(b"")?;
        let (mut links, mut linked_names) = (0, 0);
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
            match rustix::fs::openat(
                &here,
                name.as_slice(),
                OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC,
                Mode::empty(),
            ) {
                Ok(found) => {
                    let stat = rustix::fs::fstat(&found)?;
                    match FileType::from_raw_mode(stat.st_mode) {
                        FileType::Directory => {
                            here = found;
                            path.push(name);
                        }
                        FileType::Symlink => {
                            links += 1;
                            ensure!(links <= MAX_SYMLINKS, "too many symlinks at {}", at().display());
                            let target = rustix::fs::readlinkat(&found, "", Vec::new())?.into_bytes();
                            linked_names += target.split(|&byte| byte == b'/').count();
                            ensure!(
                                linked_names <= MAX_LINKED_NAMES,
                                "symlinks of more than {MAX_LINKED_NAMES} names at {}",
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
                            // What is below is hidden; the directory that comes in its place starts empty.
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
            self.hold(whole.len())?;
            self.implicit.insert(whole.clone());
        }
        // No entry tells its time. A fixed one, so that the same tar always gives the same tree.
        let late = Late {
            mode: Some(0o755),
            mtime: Timespec { tv_sec: 0, tv_nsec: 0 },
        };
        self.finish_later(whole, late)?;
        Ok(made)
    }

    /// Remembers what a directory gets in the end.
    pub fn finish_later(&mut self, path: Vec<u8>, late: Late) -> Result<()> {
        let length = path.len();
        match self.late.insert(path, late) {
            None => self.hold(length),
            Some(_) => Ok(()),
        }
    }

    /// Remembers a hard link whose target is not here, or not yet.
    pub fn link_later(&mut self, path: Vec<u8>, target: Vec<u8>) -> Result<()> {
        self.hold(path.len() + target.len())?;
        self.links.insert(path, target);
        Ok(())
    }

    /// Counts what is remembered until the tar has ended: a hostile one names a great many things and costs its sender
    /// nothing.
    fn hold(&mut self, bytes: usize) -> Result<()> {
        self.held += bytes + PER_NAME;
        let limit = self.options.limits.memory;
        ensure!(
            self.held <= limit,
            "directories and links with names of more than {limit} bytes"
        );
        Ok(())
    }

    fn open_directory(&self, path: &[u8]) -> Result<OwnedFd> {
        Ok(rooted::open_exact(
            self.root,
            as_path(path),
            OFlags::PATH | OFlags::DIRECTORY,
        )?)
    }

    /// Marks a directory as hiding what is below it in lower layers.
    pub fn set_opaque(&self, parent: BorrowedFd<'_>, name: &[u8]) -> Result<()> {
        let attribute = self.options.flavour.opaque();
        mark(parent, name, attribute, b"y").with_context(|| format!("the filesystem does not keep {attribute}"))
    }

    /// Marks a directory as one that may hold whiteouts. Without the mark, and where no layer below has the directory,
    /// overlayfs would list their names, under which nothing is found.
    pub fn set_has_whiteouts(&self, directory: BorrowedFd<'_>) -> Result<()> {
        match mark(directory, b".", self.options.flavour.origin(), b"") {
            // They are hidden from all but a listing.
            Err(error) if error.raw_os_error() == Some(libc::EOPNOTSUPP) => Ok(()),
            result => Ok(result?),
        }
    }

    /// Remembers what could not be made, and why.
    pub fn skip(&mut self, path: &[u8], why: String) {
        self.skipped.count += 1;
        if self.skipped.first.len() < MAX_EXAMPLES {
            self.skipped.first.push((as_path(path).to_owned(), why));
        }
    }
}

/// Gives a directory one of overlayfs's attributes.
fn mark(parent: BorrowedFd<'_>, name: &[u8], attribute: &str, value: &[u8]) -> io::Result<()> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let directory = rustix::fs::openat(parent, name, flags, Mode::empty())?;
    crate::sys::files::xattr::set(directory, attribute.as_bytes(), value)
}

/// A name's components with `.` and empty ones gone and `..` taken back, never past the root, without looking at any
/// symlink: as Docker cleans a name before it looks at the disk.
pub fn clean(path: &[u8], depth: usize) -> Result<Vec<&[u8]>> {
    let mut components: Vec<&[u8]> = Vec::new();
    ensure!(!path.contains(&0), "a NUL in a name");
    for component in path.split(|&byte| byte == b'/') {
        match component {
            b"" | b"." => {}
            b".." => drop(components.pop()),
            name => components.push(name),
        }
    }
    ensure!(components.len() <= depth, "more than {depth} directories deep");
    Ok(components)
}

/// Overlayfs's mark that a name is gone.
pub fn is_whiteout(stat: &Stat) -> bool {
    FileType::from_raw_mode(stat.st_mode) == FileType::CharacterDevice && stat.st_rdev == 0
}

pub fn join(parent: &[u8], name: &[u8]) -> Vec<u8> {
    if parent.is_empty() {
        name.to_vec()
    } else {
        [parent, b"/", name].concat()
    }
}

pub fn as_path(bytes: &[u8]) -> &Path {
    Path::new(OsStr::from_bytes(bytes))
}

pub fn as_path_buf(bytes: &[u8]) -> PathBuf {
    as_path(bytes).to_owned()
}
