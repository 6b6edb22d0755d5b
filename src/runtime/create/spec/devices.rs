//! The host's device nodes, for privileged containers.

use crate::runtime::create::spec::host::Device;
use anyhow::{Context, Result};
use std::fs;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::Path;

/// Entries of /dev that every container has of its own, or that are no devices.
const EXCLUDED: [&str; 6] = ["pts", "shm", "mqueue", "console", "fd", "ptmx"];
/// How many levels of directories are searched; no real /dev is deeper.
const MAX_DEPTH: u32 = 8;

/// Every device node below /dev, sorted by path.
pub fn of_host() -> Result<Vec<Device>> {
    let mut devices = Vec::new();
    collect(Path::new("/dev"), MAX_DEPTH, &mut devices).context("listing the devices in /dev")?;
    devices.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(devices)
}

fn collect(dir: &Path, depth: u32, devices: &mut Vec<Device>) -> std::io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let path = entry.path();
        if path.parent() == Some(Path::new("/dev")) && EXCLUDED.iter().any(|name| entry.file_name() == *name) {
            continue;
        }
        // A node may disappear meanwhile; a directory that this user may not read is left out.
        let Ok(metadata) = fs::symlink_metadata(&path) else {
            continue;
        };
        let kind = metadata.file_type();
        if kind.is_dir() && depth > 0 {
            let _ = collect(&path, depth - 1, devices);
        } else if kind.is_block_device() || kind.is_char_device() {
            let number = metadata.rdev();
            devices.push(Device {
                path,
                block: kind.is_block_device(),
                major: rustix::fs::major(number),
                minor: rustix::fs::minor(number),
                mode: metadata.mode() & 0o7777,
                uid: metadata.uid(),
                gid: metadata.gid(),
            });
        }
    }
    Ok(())
}
