//! A container's beginning and end: created, started, cleared away.

use super::{Command, Io, Running, Sandbox};
use crate::sys::process::Process;
use crate::sys::userns::Mapping;
use std::path::Path;

/// All that [`create`] needs.
#[derive(Debug, Clone, Copy)]
pub struct Plan<'a> {
    /// This container's directory for what lives only while it runs (bundle, runtime state, network namespace):
    /// it exists, is mode 0700 and ours. [`delete`] clears what the runtime put there.
    pub run_dir: &'a Path,
    /// The mounted root.
    pub rootfs: &'a Path,
    pub sandbox: &'a Sandbox,
    pub command: &'a Command,
    pub mapping: Mapping,
}

/// A container whose first process exists and waits.
pub struct Created {
    _todo: (),
}

/// Makes the container: namespaces, mounts, network, and its first process, which waits for [`Created::start`].
/// On an error everything made so far is taken back.
pub fn create(plan: &Plan, io: Io) -> anyhow::Result<Created> {
    let _ = (plan, io);
    todo!()
}

impl Created {
    /// The container's first process, a child of ours.
    pub fn init(&self) -> &Process {
        todo!()
    }

    /// Lets the first process go.
    pub fn start(self) -> anyhow::Result<Running> {
        todo!()
    }
}

/// Clears what the runtime left in `run_dir`, and stops the container's network. Called in the process that created
/// the container or in any later one; what is gone already is no error. The container must not be running.
pub fn delete(run_dir: &Path) -> anyhow::Result<()> {
    let _ = run_dir;
    todo!()
}
