//! Writing files with holes as GNU tar does in its sparse format 1.0: where the data is, and then only that (GNU tar manual,
//! "Storing Sparse Files"). [`crate::layer::tar::read::sparse`] is the way back.

use crate::layer::tar::write::writer::{BLOCK, Item, Records, TarWriter};
use anyhow::Result;
use rustix::fs::{SeekFrom, seek};
use rustix::io::Errno;
use std::fs::File;
use std::io::{Read, Seek};
use std::os::fd::AsFd;
use tar::EntryType;

/// A file in more pieces is written with its holes: the list is held in memory.
const MAX_PIECES: usize = 1 << 16;

/// Offset and length of what is no hole in a file of `size` bytes; none where there is no hole, or more than it is worth.
pub fn pieces(file: impl AsFd, size: u64) -> Option<Vec<(u64, u64)>> {
    let mut pieces = Vec::new();
    let mut end = 0;
    while end < size {
        let start = match seek(&file, SeekFrom::Data(end)) {
            Ok(start) if start < size => start,
            // All the rest is a hole.
            Ok(_) | Err(Errno::NXIO) => break,
            Err(_) => return None,
        };
        end = seek(&file, SeekFrom::Hole(start)).ok()?.min(size);
        pieces.push((start, end - start));
        if pieces.len() > MAX_PIECES {
            return None;
        }
    }
    if pieces == [(0, size)] {
        return None;
    }
    if end < size {
        pieces.push((size, 0));
    }
    Some(pieces)
}

impl TarWriter<'_> {
    /// A regular file of which these pieces are data.
    pub fn file_with_holes(&mut self, item: &Item<'_>, mut file: File, pieces: &[(u64, u64)]) -> Result<()> {
        let mut map = format!("{}\n", pieces.len());
        pieces
            .iter()
            .for_each(|(offset, length)| map.push_str(&format!("{offset}\n{length}\n")));
        map.extend(std::iter::repeat_n('\0', map.len().next_multiple_of(BLOCK) - map.len()));
        let data: u64 = pieces.iter().map(|(_, length)| length).sum();
        let mut records = Records::default();
        records.add(b"GNU.sparse.major", b"1");
        records.add(b"GNU.sparse.minor", b"0");
        records.add(b"GNU.sparse.name", item.path);
        records.add(b"GNU.sparse.realsize", item.stat.st_size.to_string().as_bytes());
        let size = map.len() as u64 + data;
        self.header(EntryType::Regular, item, b"", size, records)?;
        self.raw(map.as_bytes())?;
        for (offset, length) in pieces {
            file.seek(std::io::SeekFrom::Start(*offset))?;
            self.content(&mut (&file).take(*length), *length)?;
        }
        self.pad(size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::FileExt;

    #[test]
    fn pieces_are_what_was_written() {
        let file = tempfile::tempfile().unwrap();
        file.set_len(1 << 20).unwrap();
        assert_eq!(pieces(&file, 1 << 20).unwrap(), [(1 << 20, 0)]);
        file.write_all_at(b"x", 1 << 19).unwrap();
        let found = pieces(&file, 1 << 20).unwrap();
        assert_eq!((found[0].0, found[1]), (1 << 19, (1 << 20, 0)));
        file.write_all_at(&[1; 1 << 20], 0).unwrap();
        assert_eq!(pieces(&file, 1 << 20), None);
    }
}
