//! The names in a directory.

use rustix::fs::{AtFlags, FileType};
use std::os::fd::BorrowedFd;

/// The names in a directory with their types, sorted by name.
pub fn list(directory: BorrowedFd<'_>) -> anyhow::Result<Vec<(Vec<u8>, FileType)>> {
    let mut entries = Vec::new();
    for entry in rustix::fs::Dir::read_from(directory)? {
        let entry = entry?;
        let name = entry.file_name().to_bytes();
        if matches!(name, b"." | b"..") {
            continue;
        }
        let mut kind = entry.file_type();
        if kind == FileType::Unknown {
            // Some filesystems do not tell.
            kind = FileType::from_raw_mode(rustix::fs::statat(directory, name, AtFlags::SYMLINK_NOFOLLOW)?.st_mode);
        }
        entries.push((name.to_vec(), kind));
    }
    entries.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(entries)
}
