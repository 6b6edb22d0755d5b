//! A container's whole file system as a tar.

use crate::container::Container;
use crate::container::changes::diff::open;
use crate::layer::pack::export;
use crate::store::Store;
use anyhow::{Context, Result};
use std::io::Write;

/// Writes all that the container has of its own and of its image, whether it runs or not; what is mounted into it is
/// not its own. Called inside the user namespace.
pub fn export(store: &Store, container: &Container, out: &mut dyn Write) -> Result<()> {
    container.check_owners(store, "an export")?;
    let mut stack = vec![open(&container.upper())?];
    for lower in container.lowers(store)? {
        stack.push(open(&lower)?);
    }
    export::export(&stack, store.flavour(), out).with_context(|| format!("container {}", container.record.name))
}
