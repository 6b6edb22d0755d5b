//! Paths as bytes: a tar's names are any bytes without NUL, and need not be UTF-8.

use anyhow::{Result, ensure};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// What keeping one name in memory costs beside its bytes (allocation, map entry), roughly. Limits on memory count it,
/// so that many short names are no way around them.
pub const NAME_OVERHEAD: usize = 64;

/// Splits a tar's path into components: `.` and empty ones are dropped, `..` takes one back, but never past the root.
/// No symlink is looked at: Docker cleans a name in the same way before it looks at the disk.
///
/// Fails on a NUL, and with more than `max_depth` components.
pub fn components(path: &[u8], max_depth: usize) -> Result<Vec<&[u8]>> {
    let mut components: Vec<&[u8]> = Vec::new();
    ensure!(!path.contains(&0), "a NUL in a name");
    for component in path.split(|&byte| byte == b'/') {
        match component {
            b"" | b"." => {}
            b".." => drop(components.pop()),
            name => components.push(name),
        }
    }
    ensure!(components.len() <= max_depth, "more than {max_depth} directories deep");
    Ok(components)
}

/// `parent/name`; just `name` in the root, whose path is empty.
pub fn join(parent: &[u8], name: &[u8]) -> Vec<u8> {
    if parent.is_empty() {
        name.to_vec()
    } else {
        [parent, b"/", name].concat()
    }
}

/// The components as one relative path; empty for the root.
pub fn join_all(components: &[&[u8]]) -> Vec<u8> {
    components.join(b"/".as_slice())
}

/// Splits a path into its parent, empty for the root, and its last name.
pub fn split_last(path: &[u8]) -> (&[u8], &[u8]) {
    match path.iter().rposition(|&byte| byte == b'/') {
        Some(slash) => (&path[..slash], &path[slash + 1..]),
        None => (b"", path),
    }
}

pub fn as_path(bytes: &[u8]) -> &Path {
    Path::new(OsStr::from_bytes(bytes))
}

pub fn as_path_buf(bytes: &[u8]) -> PathBuf {
    as_path(bytes).to_owned()
}
