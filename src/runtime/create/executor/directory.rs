//! The working directory of a container's process.

use crate::sys::files::rooted;
use rustix::fs::{AtFlags, Gid, Mode, OFlags, Uid};
use std::fs::File;
use std::io;
use std::path::Path;

const DIRECTORY: OFlags = OFlags::PATH.union(OFlags::DIRECTORY);

/// Changes to the directory `path`, on the way to which no magic link of /proc is followed (CVE-2024-21626). With
/// `make`, a missing directory is made, which belongs to root.
pub fn enter(path: &str, make: bool) -> io::Result<()> {
    let root = File::open("/")?;
    let fd = match rooted::open(&root, path, DIRECTORY, Mode::empty()) {
        Err(error) if make && error.kind() == io::ErrorKind::NotFound => {
            make_with_parents(&root, Path::new(path))?;
            rooted::open(&root, path, DIRECTORY, Mode::empty())?
        }
        result => result?,
    };
    Ok(rustix::process::fchdir(fd)?)
}

fn make_with_parents(root: &File, path: &Path) -> io::Result<()> {
    let mut paths: Vec<_> = path.ancestors().filter(|path| path.file_name().is_some()).collect();
    paths.reverse();
    for path in paths {
        match rooted::open(root, path, DIRECTORY, Mode::empty()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            result => {
                result?;
                continue;
            }
        }
        let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
            continue;
        };
        let parent = rooted::open(root, parent, DIRECTORY, Mode::empty())?;
        rustix::fs::mkdirat(&parent, name, Mode::from_raw_mode(0o755))?;
        let owner = (Some(Uid::ROOT), Some(Gid::ROOT));
        rustix::fs::chownat(&parent, name, owner.0, owner.1, AtFlags::SYMLINK_NOFOLLOW)?;
    }
    Ok(())
}
