//! Paths as the user wrote them: their last name, their slashes, and the symlinks at their end.

use crate::container::changes::copy::root::CopyRoot;
use crate::sys::files::rooted;
use anyhow::{Context, Result, bail};
use rustix::fs::{Mode, OFlags, readlinkat};
use rustix::io::Errno;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// As many symlinks as the kernel follows.
const MAX_LINKS: u32 = 40;

/// Follows the symlinks at the end of a path. What they lead to need not exist, but its parent directory must.
pub fn end_of_links(root: &CopyRoot, path: &Path) -> Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MAX_LINKS {
        let (above, name) = split(&path);
        let parent = rooted::open(&root.fd, above, OFlags::PATH | OFlags::DIRECTORY, Mode::empty())
            .with_context(|| format!("directory {}", above.display()))?;
        match readlinkat(&parent, name, Vec::new()) {
            // `join` replaces the whole path by an absolute target.
            Ok(link) => path = above.join(OsStr::from_bytes(link.as_bytes())),
            Err(Errno::INVAL | Errno::NOENT) => return Ok(path),
            Err(error) => return Err(error.into()),
        }
    }
    bail!("too many symlinks")
}

/// The absolute path, with its slash or dot at the end. The kernel resolves `.` and `..` in it.
pub fn absolute(root: &CopyRoot, path: &str) -> Result<PathBuf> {
    let here = match root.container {
        Some(_) => PathBuf::from("/"),
        None if path.starts_with('/') => PathBuf::new(),
        None => std::env::current_dir().context("the current directory")?,
    };
    // Not joined by components, which would drop a `.` at the end.
    let mut whole = here.into_os_string();
    if !whole.as_bytes().ends_with(b"/") {
        whole.push("/");
    }
    whole.push(path.trim_start_matches('/'));
    Ok(whole.into())
}

/// Without the slashes at its end.
pub fn trim(mut path: &[u8]) -> &[u8] {
    while let [rest @ .., b'/'] = path {
        path = rest;
    }
    path
}

/// The last name of a path, without slashes at its end; `/` for nothing but slashes.
pub fn base(path: &[u8]) -> &[u8] {
    let path = trim(path);
    match path.rsplit(|&byte| byte == b'/').next() {
        Some(b"") | None => b"/",
        Some(name) => name,
    }
}

/// The directory and the last name of an absolute path.
pub fn split(path: &Path) -> (&Path, &[u8]) {
    let bytes = trim(path.as_os_str().as_bytes());
    let slash = bytes
        .iter()
        .rposition(|&byte| byte == b'/')
        .map_or(0, |slash| slash + 1);
    let (parent, name) = bytes.split_at(slash);
    (Path::new(OsStr::from_bytes(parent)), name)
}
