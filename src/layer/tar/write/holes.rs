//! Files with holes, as GNU tar writes them in its sparse format 1.0: a map of the data, and then the data alone (GNU
//! tar manual, "Storing Sparse Files"). [`crate::layer::tar::read::sparse`] reads it.

use crate::layer::tar::BLOCK;
use crate::layer::tar::write::pax_records::PaxRecords;
use anyhow::Result;
use rustix::fs::{SeekFrom, seek};
use rustix::io::Errno;
use std::os::fd::AsFd;

/// Above so many segments, which are held in memory, a file is written in full.
const MAX_SEGMENTS: usize = 1 << 16;

/// Offset and length of the data in a file of `size` bytes. `None` where the file has no holes, where the filesystem
/// does not tell, and with too many segments.
pub fn data_segments(file: impl AsFd, size: u64) -> Option<Vec<(u64, u64)>> {
    let mut segments = Vec::new();
    let mut end = 0;
    while end < size {
        let start = match seek(&file, SeekFrom::Data(end)) {
            Ok(start) if start < size => start,
            // The rest is one hole.
            Ok(_) | Err(Errno::NXIO) => break,
            Err(_) => return None,
        };
        end = seek(&file, SeekFrom::Hole(start)).ok()?.min(size);
        segments.push((start, end - start));
        if segments.len() > MAX_SEGMENTS {
            return None;
        }
    }
    if segments == [(0, size)] {
        return None;
    }
    // GNU tar marks a hole at the end by an empty segment.
    if end < size {
        segments.push((size, 0));
    }
    Some(segments)
}

/// The map that stands before the data.
pub fn map(segments: &[(u64, u64)]) -> Vec<u8> {
    let mut map = format!("{}\n", segments.len());
    for (offset, length) in segments {
        map.push_str(&format!("{offset}\n{length}\n"));
    }
    let mut map = map.into_bytes();
    map.resize(map.len().next_multiple_of(BLOCK as usize), 0);
    map
}

/// The records that mark the file `path`, of `size` bytes with its holes, as one in this format.
pub fn records(path: &[u8], size: u64) -> Result<PaxRecords> {
    let mut records = PaxRecords::default();
    records.add(b"GNU.sparse.major", b"1")?;
    records.add(b"GNU.sparse.minor", b"0")?;
    records.add(b"GNU.sparse.name", path)?;
    records.add(b"GNU.sparse.realsize", size.to_string().as_bytes())?;
    Ok(records)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::FileExt;

    #[test]
    fn the_segments_are_what_was_written() {
        let file = tempfile::tempfile().unwrap();
        file.set_len(1 << 20).unwrap();
        assert_eq!(data_segments(&file, 1 << 20).unwrap(), [(1 << 20, 0)]);
        file.write_all_at(b"x", 1 << 19).unwrap();
        let found = data_segments(&file, 1 << 20).unwrap();
        assert_eq!((found[0].0, found[1]), (1 << 19, (1 << 20, 0)));
        file.write_all_at(&[1; 1 << 20], 0).unwrap();
        assert_eq!(data_segments(&file, 1 << 20), None);
    }
}
