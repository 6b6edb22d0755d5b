//! What a layer's tar holds, from its tar-split alone: the tree on disk is not looked at, so no file's owner matters, and
//! devices and attributes that this host could not make are told all the same.

use crate::layer::apply::tree::{as_path_buf, clean, join};
use crate::layer::apply::{OPAQUE, WHITEOUT};
use crate::layer::model::{EntryKind, LayerEntry, Limits};
use crate::layer::split::{Record, SplitReader};
use crate::layer::tar::read::entries::{Entries, Entry, Kind};
use crate::layer::tar::read::stream::Stream;
use anyhow::{Context, Result};
use std::fs::File;
use std::io::{self, BufRead, Read};
use std::sync::Arc;

/// Stands for the bytes of files, which nobody looks at.
static ZEROS: [u8; 64 << 10] = [0; 64 << 10];

/// Hands out what the tar that was applied holds, in its order, from the tar-split alone. Names that mean nothing in a
/// layer are left out.
pub fn entries(split: &File, each: &mut dyn FnMut(LayerEntry) -> Result<()>) -> Result<()> {
    let limits = Limits::default();
    let mut tar = Hollow {
        records: SplitReader::new(split)?,
        left: Left::Nothing,
    };
    let mut entries = Entries::new(Stream::new(&mut tar, u64::MAX), None);
    while let Some(entry) = entries.next()? {
        if entry.kind == Kind::File {
            entries.content(&mut |_| Ok(()))?;
        }
        if let Some(entry) = described(&entry, limits.depth)? {
            each(entry)?;
        }
    }
    Ok(())
}

/// `None` for what means nothing in a layer.
fn described(entry: &Entry, depth: usize) -> Result<Option<LayerEntry>> {
    let mut components = clean(&entry.path, depth)?;
    let marker = components.last().and_then(|name| name.strip_prefix(WHITEOUT));
    let kind = match (marker, entry.kind) {
        (Some(_), _) if components.last() == Some(&OPAQUE) => EntryKind::Opaque,
        // Other names of aufs.
        (Some(name), _) if name.starts_with(WHITEOUT) => return Ok(None),
        (Some(_), _) => EntryKind::Whiteout,
        (None, Kind::File) => EntryKind::File,
        (None, Kind::HardLink) => EntryKind::HardLink,
        (None, Kind::Symlink) => EntryKind::Symlink,
        (None, Kind::Directory) => EntryKind::Directory,
        (None, Kind::CharDevice) => EntryKind::CharDevice,
        (None, Kind::BlockDevice) => EntryKind::BlockDevice,
        (None, Kind::Fifo) => EntryKind::Fifo,
        (None, Kind::Unknown(_)) => return Ok(None),
    };
    match (kind, marker) {
        (EntryKind::Opaque, _) => drop(components.pop()),
        (EntryKind::Whiteout, Some(hidden)) => {
            components.pop();
            components.push(hidden);
        }
        _ => {}
    }
    let path = |components: &[&[u8]]| {
        let joined = components
            .iter()
            .fold(Vec::new(), |path: Vec<u8>, name| join(&path, name));
        as_path_buf(&joined)
    };
    Ok(Some(LayerEntry {
        path: path(&components),
        kind,
        mode: entry.mode,
        uid: entry.uid,
        gid: entry.gid,
        mtime: entry.mtime.tv_sec,
        size: entry.sparse.as_ref().map_or(entry.size, |sparse| sparse.size),
        link: match kind {
            EntryKind::HardLink => path(&clean(&entry.link, depth)?),
            _ => as_path_buf(&entry.link),
        },
        device: entry.device,
        xattrs: Arc::clone(&entry.xattrs),
    }))
}

/// The tar, with zeros for the bytes of files.
struct Hollow<'a> {
    records: SplitReader<'a>,
    left: Left,
}

/// Of the current record.
enum Left {
    Nothing,
    Raw(u64),
    Zeros(u64),
    End,
}

impl BufRead for Hollow<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while let Left::Nothing | Left::Raw(0) | Left::Zeros(0) = self.left {
            let record = self.records.next().context("the layer's tar-split is damaged");
            self.left = match record.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))? {
                Record::Raw(length) => Left::Raw(length.into()),
                Record::File { size, .. } => Left::Zeros(size),
                Record::End => Left::End,
            };
        }
        match self.left {
            Left::Raw(left) => {
                let bytes = self.records.stream().fill_buf()?;
                if bytes.is_empty() {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                Ok(&bytes[..most(left, bytes.len())])
            }
            Left::Zeros(left) => Ok(&ZEROS[..most(left, ZEROS.len())]),
            Left::Nothing | Left::End => Ok(&[]),
        }
    }

    fn consume(&mut self, count: usize) {
        match &mut self.left {
            Left::Raw(left) => {
                *left -= count as u64;
                self.records.stream().consume(count);
            }
            Left::Zeros(left) => *left -= count as u64,
            Left::Nothing | Left::End => {}
        }
    }
}

impl Read for Hollow<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let bytes = self.fill_buf()?;
        let count = bytes.len().min(out.len());
        out[..count].copy_from_slice(&bytes[..count]);
        self.consume(count);
        Ok(count)
    }
}

fn most(left: u64, available: usize) -> usize {
    usize::try_from(left).unwrap_or(usize::MAX).min(available)
}
