//! Finding the destination of a copy, by Docker's rules (moby: pkg/archive/copy.go):
//!
//! - into a directory that is there, under its own name, or its contents, where the source ends with `/.`;
//! - else under the name that is given, if the directory above is there; a name that ends with `/` is a directory's;
//! - in the place of a file that is there, or of what a symlink leads to, unless it is a directory that is copied.

use crate::container::changes::copy::copied::Copied;
use crate::container::changes::copy::header::Header;
use crate::container::changes::copy::paths::{absolute, end_of_links, split};
use crate::container::changes::copy::root::CopyRoot;
use crate::layer::apply::copy_in;
use crate::layer::apply::copy_in::CopyTarget;
use crate::sys::files::rooted;
use anyhow::{Context, Result, bail};
use rustix::fs::{FileType, Mode, OFlags, fstat};
use std::ffi::OsStr;
use std::io::{self, BufRead};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// A directory, and the name of the copy in it; empty if a directory's contents are copied.
#[derive(Debug)]
pub struct Destination {
    directory: PathBuf,
    name: Vec<u8>,
}

impl Destination {
    /// Unpacks the tar there, without the first `strip` names of its paths. `owners`: files get the owners that the tar
    /// names.
    pub fn unpack(&self, root: &CopyRoot, tar: &mut dyn BufRead, strip: usize, owners: bool) -> Result<Copied> {
        let is_containers = root.container.is_some();
        let target = CopyTarget {
            root: root.fd.as_fd(),
            directory: &self.directory,
            // Files for the host come from a container: its symlinks are never followed on the host.
            follow: is_containers,
            strip,
            name: &self.name,
            owners: owners && root.can_own,
            // A device node made by a container would be one of the host's devices.
            devices: is_containers,
        };
        let (size, skipped) = copy_in::copy_in(tar, &target)?;
        let told = skipped.first.iter();
        let mut left_out: Vec<String> = told.map(|(path, why)| format!("{}: {why}", path.display())).collect();
        let more = skipped.count.saturating_sub(left_out.len() as u64);
        if more > 0 {
            left_out.push(format!("and {more} more"));
        }
        Ok(Copied { size, left_out })
    }
}

/// The directory at `path`, which must be there.
pub fn directory(root: &CopyRoot, path: &str) -> Result<Destination> {
    let path = absolute(root, path)?;
    match rooted::open(&root.fd, &path, OFlags::PATH | OFlags::DIRECTORY, Mode::empty()) {
        Ok(_) => Ok(Destination {
            directory: path,
            name: Vec::new(),
        }),
        Err(error) => Err(error).with_context(|| format!("destination \"{}\" must be a directory", root.show(&path))),
    }
}

/// The destination of `source` for the path `path`. `same`: the source is in the same root.
pub fn find(root: &CopyRoot, path: &str, source: &Header, same: bool) -> Result<Destination> {
    let path = absolute(root, path)?;
    let place = match rooted::open(&root.fd, &path, OFlags::PATH, Mode::empty()) {
        Ok(found) => existing(root, &path, &found, source)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if !source.is_directory && path.as_os_str().as_bytes().ends_with(b"/") {
                bail!("no such directory: {}", root.show(&path));
            }
            new(root, &path)?
        }
        Err(error) => return Err(error).with_context(|| root.show(&path)),
    };
    if let (true, Some(from)) = (same, &source.place) {
        let above = rooted::open(
            &root.fd,
            &place.directory,
            OFlags::PATH | OFlags::DIRECTORY,
            Mode::empty(),
        )?;
        let to = root.path_of(&above)?.join(OsStr::from_bytes(&place.name));
        if to.starts_with(from) {
            bail!("cannot copy a directory into itself, {}", root.show(&path));
        }
    }
    Ok(place)
}

fn existing(root: &CopyRoot, path: &Path, found: &OwnedFd, source: &Header) -> Result<Destination> {
    let what = match FileType::from_raw_mode(fstat(found)?.st_mode) {
        FileType::Directory => {
            return Ok(Destination {
                directory: path.to_owned(),
                name: source.name.clone(),
            });
        }
        FileType::CharacterDevice | FileType::BlockDevice => "device",
        FileType::Fifo | FileType::Socket => "irregular file",
        _ if source.is_directory => bail!("cannot copy directory: {} is a file", root.show(path)),
        _ => return new(root, path),
    };
    bail!(
        "destination \"{}\" must be a directory or a regular file: got a {what}",
        root.show(path)
    )
}

/// A name in a directory that is there.
fn new(root: &CopyRoot, path: &Path) -> Result<Destination> {
    let path = end_of_links(root, path).with_context(|| match &root.container {
        Some(name) => format!("could not find the file {} in container {name}", path.display()),
        None => format!("invalid output path: {}", path.display()),
    })?;
    let (directory, name) = split(&path);
    Ok(Destination {
        directory: directory.to_owned(),
        name: name.to_vec(),
    })
}
