//! Sparse files, in the four ways GNU tar writes them (GNU tar manual, "Sparse Formats").

use crate::layer::tar::BLOCK;
use crate::layer::tar::read::header_field::number;
use crate::layer::tar::read::pax::PaxSparse;
use crate::layer::tar::read::stream::TarStream;
use anyhow::{Context, Result, bail, ensure};
use std::fs::File;
use std::os::unix::fs::FileExt;
use tar::{GnuExtSparseHeader, GnuSparseHeader, Header};

/// Segments of one file. The list is held in memory; a file of 4 GiB with every second page a hole has half as many.
const MAX_SEGMENTS: usize = 1 << 20;

/// Where the content of a sparse file goes; the rest of the file is holes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SparseMap {
    /// Offset and length, in order, not overlapping.
    pub segments: Vec<(u64, u64)>,
    /// Bytes of the file when unpacked.
    pub size: u64,
}

impl SparseMap {
    /// Checks that the segments are in order, inside the file, and take exactly the content that is there.
    fn new(segments: Vec<(u64, u64)>, size: u64, content: u64) -> Result<SparseMap> {
        let (mut end, mut sum) = (0u64, 0u64);
        for &(offset, length) in &segments {
            ensure!(offset >= end, "segments overlap or are out of order");
            end = offset.checked_add(length).context("a segment is out of range")?;
            sum += length;
        }
        ensure!(end <= size, "a segment is past the end of the file");
        ensure!(sum == content, "segments of {sum} bytes, content of {content}");
        Ok(SparseMap { segments, size })
    }
}

/// Writes the content that follows into an empty file, where it belongs. It is recorded: assembled from the file it
/// would be other bytes, those of the holes among them.
pub fn unpack(stream: &mut TarStream<'_>, file: &File, map: &SparseMap) -> Result<()> {
    file.set_len(map.size)?;
    for &(mut offset, length) in &map.segments {
        stream.recorded_content(length, &mut |bytes| {
            file.write_all_at(bytes, offset)?;
            offset += bytes.len() as u64;
            Ok(())
        })?;
    }
    Ok(())
}

/// Reads the map of an entry of type `S`: four segments are in the header, more in blocks after it.
pub fn old_gnu(stream: &mut TarStream<'_>, header: &Header, content: u64) -> Result<SparseMap> {
    let gnu = header.as_gnu().context("no GNU header")?;
    let size = number(&gnu.realsize)?;
    let mut segments = Vec::new();
    take_gnu(&gnu.sparse, &mut segments)?;
    let mut more = gnu.isextended[0] != 0;
    while more {
        let mut extension = GnuExtSparseHeader::new();
        ensure!(
            stream.block(extension.as_mut_bytes())?,
            "the tar ends in the middle of a header"
        );
        take_gnu(&extension.sparse, &mut segments)?;
        more = extension.isextended[0] != 0;
    }
    SparseMap::new(segments, size, content)
}

fn take_gnu(list: &[GnuSparseHeader], segments: &mut Vec<(u64, u64)>) -> Result<()> {
    for segment in list {
        // An unused field is blank; for a hole at the end of a file GNU tar writes a segment of no length.
        if segment.is_empty() {
            continue;
        }
        ensure!(segments.len() < MAX_SEGMENTS, "more than {MAX_SEGMENTS} segments");
        segments.push((number(&segment.offset)?, number(&segment.numbytes)?));
    }
    Ok(())
}

/// Reads the map of formats 0.0 and 0.1, which is in the PAX header, or 1.0, where it stands before the content. `None`
/// for a file that is not sparse.
pub fn pax(stream: &mut TarStream<'_>, sparse: &PaxSparse, size: u64) -> Result<Option<SparseMap>> {
    let format = (sparse.major, sparse.minor);
    let (map, content) = match format {
        (None, None) | (Some(0), Some(0 | 1)) if sparse.map.is_empty() && sparse.size.is_none() => return Ok(None),
        (None, None) | (Some(0), Some(0 | 1)) => (sparse.map.clone(), size),
        (Some(1), Some(0)) => read_map(stream, size)?,
        _ => bail!("unknown sparse format {format:?}"),
    };
    ensure!(map.len() % 2 == 0, "an offset without a length");
    ensure!(map.len() / 2 <= MAX_SEGMENTS, "more than {MAX_SEGMENTS} segments");
    let segments = map.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect();
    let size = sparse.size.context("no size")?;
    SparseMap::new(segments, size, content).map(Some)
}

/// The map of format 1.0: decimal numbers, one a line: how many segments, then their offsets and lengths, padded to a
/// block. Returns them with the size of the content after the map.
fn read_map(stream: &mut TarStream<'_>, size: u64) -> Result<(Vec<u64>, u64)> {
    let mut numbers: Vec<u64> = Vec::new();
    let mut number: Option<u64> = None;
    let mut wanted: Option<usize> = None;
    let mut taken = 0;
    let mut block = [0; BLOCK as usize];
    loop {
        stream.content_block(&mut block)?;
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
                            ensure!(complete <= MAX_SEGMENTS as u64, "more than {MAX_SEGMENTS} segments");
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
