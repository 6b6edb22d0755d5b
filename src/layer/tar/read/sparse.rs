//! Sparse files, in the four ways GNU tar writes them (GNU tar manual, "Sparse Formats").

use crate::layer::tar::read::entries::{BLOCK, Entries};
use crate::layer::tar::read::header_field::number;
use crate::layer::tar::read::pax::PaxSparse;
use anyhow::{Context, Result, bail, ensure};
use std::fs::File;
use std::os::unix::fs::FileExt;
use tar::{GnuExtSparseHeader, GnuSparseHeader, Header};

/// Pieces of one file; the list is held in memory. A file of 4 GiB with every second page a hole has half as many.
const MAX_PIECES: usize = 1 << 20;

/// Where the content of a sparse file goes: offset and length, in order, not overlapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pieces {
    pub pieces: Vec<(u64, u64)>,
    /// Size of the file when unpacked.
    pub size: u64,
}

impl Pieces {
    /// Checks that the pieces are in order, inside the file, and take exactly the content that is there.
    fn new(pieces: Vec<(u64, u64)>, size: u64, content: u64) -> Result<Pieces> {
        let (mut end, mut sum) = (0u64, 0u64);
        for &(offset, length) in &pieces {
            ensure!(offset >= end, "pieces overlap or are out of order");
            end = offset.checked_add(length).context("a piece is out of range")?;
            sum += length;
        }
        ensure!(end <= size, "a piece is past the end of the file");
        ensure!(sum == content, "pieces of {sum} bytes, content of {content}");
        Ok(Pieces { pieces, size })
    }
}

/// Writes the content that follows where it belongs in an empty file.
pub fn fill(entries: &mut Entries<'_>, file: &File, sparse: &Pieces) -> Result<()> {
    file.set_len(sparse.size)?;
    for &(mut offset, length) in &sparse.pieces {
        entries.content_raw(length, &mut |bytes| {
            file.write_all_at(bytes, offset)?;
            offset += bytes.len() as u64;
            Ok(())
        })?;
    }
    Ok(())
}

/// Type `S`: four pieces in the header, more in blocks after it.
pub fn old_gnu(entries: &mut Entries<'_>, header: &Header, content: u64) -> Result<Pieces> {
    let gnu = header.as_gnu().context("no GNU header")?;
    let size = number(&gnu.realsize)?;
    let mut pieces = Vec::new();
    take_gnu(&gnu.sparse, &mut pieces)?;
    let mut more = gnu.isextended[0] != 0;
    while more {
        let mut extension = GnuExtSparseHeader::new();
        ensure!(
            entries.block(extension.as_mut_bytes())?,
            "the tar ends in the middle of a header"
        );
        take_gnu(&extension.sparse, &mut pieces)?;
        more = extension.isextended[0] != 0;
    }
    Pieces::new(pieces, size, content)
}

fn take_gnu(list: &[GnuSparseHeader], pieces: &mut Vec<(u64, u64)>) -> Result<()> {
    for piece in list {
        // An unused place is empty; GNU tar ends a file in a hole with a used one of no length.
        if piece.is_empty() {
            continue;
        }
        ensure!(pieces.len() < MAX_PIECES, "more than {MAX_PIECES} pieces");
        pieces.push((number(&piece.offset)?, number(&piece.numbytes)?));
    }
    Ok(())
}

/// Formats 0.0, 0.1 (the map is in the PAX header) and 1.0 (before the content); `None` for a file that is not sparse.
pub fn pax(entries: &mut Entries<'_>, sparse: &PaxSparse, size: u64) -> Result<Option<Pieces>> {
    let format = (sparse.major, sparse.minor);
    let (map, content) = match format {
        (None, None) | (Some(0), Some(0 | 1)) if sparse.map.is_empty() && sparse.size.is_none() => return Ok(None),
        (None, None) | (Some(0), Some(0 | 1)) => (sparse.map.clone(), size),
        (Some(1), Some(0)) => read_map(entries, size)?,
        _ => bail!("unknown sparse format {format:?}"),
    };
    ensure!(map.len() % 2 == 0, "an offset without a length");
    ensure!(map.len() / 2 <= MAX_PIECES, "more than {MAX_PIECES} pieces");
    let pieces = map.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect();
    let size = sparse.size.context("no size")?;
    Pieces::new(pieces, size, content).map(Some)
}

/// The map of format 1.0: decimal numbers, a line each, how many pieces and then the pieces, filled up to a block.
/// Returns it with the size of the content behind it.
fn read_map(entries: &mut Entries<'_>, size: u64) -> Result<(Vec<u64>, u64)> {
    let mut numbers: Vec<u64> = Vec::new();
    let mut number: Option<u64> = None;
    let mut wanted: Option<usize> = None;
    let mut taken = 0;
    let mut block = [0; BLOCK as usize];
    loop {
        entries.content_block(&mut block)?;
        taken += BLOCK;
        for &byte in &block {
            match byte {
                b'0'..=b'9' => {
                    let next = number
                        .unwrap_or(0)
                        .checked_mul(10)
                        .and_then(|n| n.checked_add(u64::from(byte - b'0')));
                    number = Some(next.context("number out of range")?);
                }
                b'\n' => {
                    let complete = number.take().context("an empty line")?;
                    match wanted {
                        None => {
                            ensure!(complete <= MAX_PIECES as u64, "more than {MAX_PIECES} pieces");
                            wanted = Some(complete as usize * 2);
                        }
                        Some(_) => numbers.push(complete),
                    }
                    if wanted == Some(numbers.len()) {
                        let content = size.checked_sub(taken).context("ends too early")?;
                        return Ok((numbers, content));
                    }
                }
                _ => bail!("not a number"),
            }
        }
    }
}
