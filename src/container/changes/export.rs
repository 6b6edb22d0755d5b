//! `export`: a container's whole file system as a tar.

use crate::container::Container;
use crate::container::changes::diff::open;
use crate::layer::pack::export;
use crate::store::Store;
use anyhow::{Context, Result};
use std::io::Write;

/// Writes the container's root, whether it runs or not, without what is mounted into it. Called inside the user
/// namespace that its files were made in.
pub fn export(store: &Store, container: &Container, out: &mut dyn Write) -> Result<()> {
    container.check_owners(store, "an export")?;
    let mut stack = vec![open(&container.upper())?];
    for lower in container.lowers(store)? {
        stack.push(open(&lower)?);
    }
    export::export(&stack, store.flavour(), out).with_context(|| format!("container {}", container.record.name))
}
