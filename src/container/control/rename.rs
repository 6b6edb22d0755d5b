//! Giving a container another name.

use crate::container::Container;
use crate::container::config::names;
use crate::store::Store;
use anyhow::{Result, ensure};

/// Renames a container, whether it runs or not; synced. The hostname in a running container stays.
pub fn rename(store: &Store, container: &Container, name: &str) -> Result<()> {
    // Docker itself writes container names with a leading slash.
    let name = name.strip_prefix('/').unwrap_or(name);
    names::check(name)?;
    ensure!(
        name != container.record.name,
        "renaming container {name} to the name it has"
    );
    store.rename_container(&container.record.id, name)
}
