//! Who a container's process is: `-u` and an image's `User`, looked up in the root's own /etc/passwd and /etc/group.
//!
//! Both files are the image's, so hostile: opened inside the root, regular files only, a bounded size of them read.

use super::UserIds;
use std::path::Path;

/// A user, found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    pub ids: UserIds,
    /// Its home directory, `/` where it has none.
    pub home: String,
}

/// Finds `spec` (`USER[:GROUP]`, each a name or a number; empty is root) in the root at `rootfs`. `groups`: `--group-add`.
/// A name that is not there is an error; a number need not be there.
pub fn resolve(rootfs: &Path, spec: &str, groups: &[String]) -> anyhow::Result<User> {
    let _ = (rootfs, spec, groups);
    todo!()
}
