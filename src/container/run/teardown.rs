//! The end of a container's run: what there is of it only while it runs is cleared away. A failure is noted, and the
//! rest is done all the same.

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

/// Ends what outlived the first process, and takes network, mounts and all run state away. Returns whether the kernel
/// killed a process of the container's for want of memory.
pub fn after_run(store: &Store, container: &Container, troubles: &mut Troubles) -> bool {
    let run_dir = container.run_dir(store);
    if !container.has_own_pids() {
        troubles.note(orphans::end(&container.record.id));
    }
    // Before the cgroup is removed.
    let out_of_memory = usage::was_out_of_memory(&run_dir);
    // While the network's namespace is there.
    troubles.note(addresses::leave(store, container));
    troubles.note(container::delete(&run_dir));
    troubles.note(remove_run_dir(&run_dir));
    out_of_memory
}

/// With the root's mount.
fn remove_run_dir(run_dir: &Path) -> Result<()> {
    let root = run_dir.join("root");
    // Not mounted where the start failed before.
    let _ = tree::detach(&root);
    // Not with what is in it: volumes and directories of the host's may still be, and are not to be emptied.
    absent(fs::remove_dir(&root)).with_context(|| root.display().to_string())?;
    absent(fs::remove_dir_all(run_dir)).with_context(|| run_dir.display().to_string())
}

/// What is gone already is no error.
fn absent(removed: std::io::Result<()>) -> std::io::Result<()> {
    match removed {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        result => result,
    }
}
