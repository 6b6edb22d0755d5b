//! Finding the source of a copy, by Docker's rules: a path that ends with `/` or `/.` names a directory, and one that
//! ends with `/.` means its contents.

use crate::container::changes::copy::header::Header;
use crate::container::changes::copy::paths::{absolute, base, end_of_links, split};
use crate::container::changes::copy::root::CopyRoot;
use crate::layer::pack::export;
use crate::sys::files::rooted;
use anyhow::{Context, Result, bail};
use rustix::fs::{AtFlags, FileType, Mode, OFlags, statat};
use std::io::Write;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// The file or directory that is copied.
pub struct CopySource {
    parent: OwnedFd,
    /// In `parent`; `.` for `parent` itself.
    name: Vec<u8>,
    header: Header,
    /// For messages.
    shown: String,
}

impl CopySource {
    /// Finds what is at `path`; `follow`: also through a symlink at its end.
    pub fn find(root: &CopyRoot, path: &str, follow: bool) -> Result<CopySource> {
        let path = absolute(root, path)?;
        let shown = root.show(&path);
        find(root, &path, follow, &shown).with_context(|| match &root.container {
            Some(name) => format!("could not find the file {} in container {name}", path.display()),
            None => shown.clone(),
        })
    }

    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Writes the tar.
    pub fn write(&self, out: &mut dyn Write) -> Result<()> {
        let name = match self.header.name.as_slice() {
            b"" => b".".as_slice(),
            name => name,
        };
        let copied = export::copy_out(self.parent.as_fd(), &self.name, name, out);
        copied.map(drop).with_context(|| format!("copying {}", self.shown))
    }
}

fn find(root: &CopyRoot, path: &Path, follow: bool, shown: &str) -> Result<CopySource> {
    let bytes = path.as_os_str().as_bytes();
    let called = base(bytes);
    let flags = OFlags::PATH | OFlags::DIRECTORY;
    let found = if bytes.ends_with(b"/") || matches!(called, b"." | b"..") {
        let directory = rooted::open(&root.fd, path, flags, Mode::empty())?;
        (directory, b".".to_vec(), true)
    } else {
        let path = match follow {
            true => end_of_links(root, path)?,
            false => path.to_owned(),
        };
        let (above, name) = split(&path);
        let parent = rooted::open(&root.fd, above, flags, Mode::empty())?;
        let stat = statat(&parent, name, AtFlags::SYMLINK_NOFOLLOW)?;
        let kind = FileType::from_raw_mode(stat.st_mode);
        if kind == FileType::Socket {
            bail!("a socket cannot be copied");
        }
        (parent, name.to_vec(), kind == FileType::Directory)
    };
    let (parent, name, is_directory) = found;
    let place: Option<PathBuf> = match is_directory {
        true => {
            let directory = rustix::fs::openat(&parent, name.as_slice(), flags | OFlags::NOFOLLOW, Mode::empty())?;
            Some(root.path_of(&directory)?)
        }
        false => None,
    };
    let called = match called {
        b"." | b".." | b"/" => b"",
        called => called,
    };
    Ok(CopySource {
        parent,
        name,
        header: Header {
            is_directory,
            name: called.to_vec(),
            place,
        },
        shown: shown.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_at_the_end_is_found_past_slashes() {
        for (path, name) in [("/a/b", "b"), ("/a/b//", "b"), ("/a/b/.", "."), ("/", "/"), ("/a", "a")] {
            assert_eq!(base(path.as_bytes()), name.as_bytes(), "{path}");
        }
        assert_eq!(split(Path::new("/a/b/")), (Path::new("/a/"), b"b".as_slice()));
        assert_eq!(split(Path::new("/a")), (Path::new("/"), b"a".as_slice()));
    }
}
