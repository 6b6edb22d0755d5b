//! A further process in a running container.

use super::{Command, Io, Stream};
use crate::sys::process::Process;
use std::path::Path;

/// Runs `command` in the container whose first process is `init`, and returns its exit code. Must be called in the
/// host's user namespace (not after `sys::userns::enter`), while the process has one thread; afterwards the calling
/// process is in the container's user namespace and can only exit. `sink` as in `Running::supervise`.
pub fn exec(
    run_dir: &Path,
    init: &Process,
    command: &Command,
    io: Io,
    sink: &mut dyn FnMut(Stream, &[u8]),
) -> anyhow::Result<i32> {
    let _ = (run_dir, init, command, io, sink);
    todo!()
}
