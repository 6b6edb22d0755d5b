//! Teardown after a run: what exists only while a container runs is removed. A failure is noted, and the rest is still
//! done.

use crate::container::Container;
use crate::container::network::addresses;
use crate::container::processes::orphans;
use crate::container::run::troubles::Troubles;
use crate::runtime::cgroup::usage;
use crate::runtime::create::container;
use crate::store::Store;
use crate::sys::mount::tree;
use anyhow::{Context, Result};
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

/// Ends orphans, and removes network, cgroup, mounts and the run directory. Returns whether the kernel killed one of
/// the container's processes for want of memory.
pub fn after_run(store: &Store, container: &Container, troubles: &mut Troubles) -> bool {
    let run_dir = container.run_dir(store);
    if !container.has_own_pids() {
        troubles.note(orphans::end(&container.record.id));
    }
    // Read before the cgroup is removed.
    let out_of_memory = usage::was_out_of_memory(&run_dir);
    // While the network namespace still exists.
    troubles.note(addresses::leave(store, container));
    troubles.note(container::delete(&run_dir));
    troubles.note(remove_run_dir(&run_dir));
    out_of_memory
}

/// Removes the run directory, after the root was unmounted.
fn remove_run_dir(run_dir: &Path) -> Result<()> {
    let root = run_dir.join("root");
    // It is not mounted if the start failed earlier.
    let _ = tree::detach(&root);
    // Not recursively: volumes and host directories may still be mounted below, and must not be emptied.
    absent(fs::remove_dir(&root)).with_context(|| root.display().to_string())?;
    absent(fs::remove_dir_all(run_dir)).with_context(|| run_dir.display().to_string())
}

/// A file that is gone already is no error.
fn absent(removed: std::io::Result<()>) -> std::io::Result<()> {
    match removed {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        result => result,
    }
}
