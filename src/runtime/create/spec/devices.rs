//! The host's device nodes, for privileged containers.

use crate::runtime::create::spec::Device;
use anyhow::{Context, Result};
use std::fs;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::Path;

/// What of /dev is the container's own, or no device.
const OWN: [&str; 6] = ["pts", "shm", "mqueue", "console", "fd", "ptmx"];
/// Deeper than any real tree of devices.
const DEPTH: u32 = 8;

/// Every device below /dev.
pub fn of_host() -> Result<Vec<Device>> {
    let mut devices = Vec::new();
    collect(Path::new("/dev"), DEPTH, &mut devices).context("listing the devices in /dev")?;
    devices.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(devices)
}

fn collect(dir: &Path, depth: u32, devices: &mut Vec<Device>) -> std::io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let path = entry.path();
        if path.parent() == Some(Path::new("/dev")) && OWN.iter().any(|own| entry.file_name() == *own) {
            continue;
        }
        // What disappears meanwhile is no device any more; a directory that is closed to us has none for us.
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
