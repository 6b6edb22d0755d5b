//! The entries of a layer's tar, from its tar-split alone. The tree on disk is not looked at, so no file's owner
//! matters, and devices and attributes that this host could not make are listed all the same.

use crate::layer::model::{ApplyLimits, EntryKind, LayerEntry};
use crate::layer::path::{as_path_buf, components, join_all};
use crate::layer::split::reader::{Record, SplitReader};
use crate::layer::tar::read::entries::{TarEntries, TarEntry, TarKind};
use crate::layer::whiteout::Marker;
use anyhow::Result;
use std::fs::File;
use std::io::{self, BufRead, Read};
use std::sync::Arc;

/// In place of the bytes of files, which nobody looks at.
static ZEROS: [u8; 64 << 10] = [0; 64 << 10];

/// Calls `each` with every entry of the tar that was applied, in its order. Entries that mean nothing in a layer are
/// left out.
pub fn entries(split: &File, each: &mut dyn FnMut(LayerEntry) -> Result<()>) -> Result<()> {
    let limits = ApplyLimits::default();
    let mut tar = ZeroFilledTar {
        records: SplitReader::new(split)?,
        left: RecordLeft::Nothing,
    };
    let mut entries = TarEntries::new(&mut tar, u64::MAX, None);
    while let Some(entry) = entries.next()? {
        if entry.kind == TarKind::File {
            entries.content(&entry.path, &mut |_| Ok(()))?;
        }
        if let Some(entry) = layer_entry(&entry, limits.depth)? {
            each(entry)?;
        }
    }
    Ok(())
}

/// `None` for what means nothing in a layer.
fn layer_entry(entry: &TarEntry, max_depth: usize) -> Result<Option<LayerEntry>> {
    let mut path = components(&entry.path, max_depth)?;
    let kind = match (path.last().and_then(|name| Marker::from_name(name)), entry.kind) {
        (Some(Marker::Aufs), _) | (None, TarKind::Unknown(_)) => return Ok(None),
        (Some(Marker::Opaque), _) => {
            path.pop();
            EntryKind::Opaque
        }
        (Some(Marker::Whiteout(hidden)), _) => {
            path.pop();
            path.push(hidden);
            EntryKind::Whiteout
        }
        (None, TarKind::File) => EntryKind::File,
        (None, TarKind::HardLink) => EntryKind::HardLink,
        (None, TarKind::Symlink) => EntryKind::Symlink,
        (None, TarKind::Directory) => EntryKind::Directory,
        (None, TarKind::CharDevice) => EntryKind::CharDevice,
        (None, TarKind::BlockDevice) => EntryKind::BlockDevice,
        (None, TarKind::Fifo) => EntryKind::Fifo,
    };
    Ok(Some(LayerEntry {
        path: as_path_buf(&join_all(&path)),
        kind,
        mode: entry.mode,
        uid: entry.uid,
        gid: entry.gid,
        mtime: entry.mtime.tv_sec,
        size: entry.unpacked_size(),
        link: match kind {
            EntryKind::HardLink => as_path_buf(&join_all(&components(&entry.link, max_depth)?)),
            _ => as_path_buf(&entry.link),
        },
        device: entry.device,
        xattrs: Arc::clone(&entry.xattrs),
    }))
}

/// The tar, with zeros in place of the bytes of files.
struct ZeroFilledTar<'a> {
    records: SplitReader<'a>,
    left: RecordLeft,
}

/// What is still to be handed out of the current record.
enum RecordLeft {
    Nothing,
    Raw(u64),
    Zeros(u64),
    End,
}

impl BufRead for ZeroFilledTar<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while let RecordLeft::Nothing | RecordLeft::Raw(0) | RecordLeft::Zeros(0) = self.left {
            let record = self.records.next();
            self.left = match record.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))? {
                Record::Raw(length) => RecordLeft::Raw(length.into()),
                Record::File { size, .. } => RecordLeft::Zeros(size),
                Record::End => RecordLeft::End,
            };
        }
        match self.left {
            RecordLeft::Raw(left) => {
                let bytes = self.records.stream().fill_buf()?;
                if bytes.is_empty() {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                Ok(&bytes[..at_most(left, bytes.len())])
            }
            RecordLeft::Zeros(left) => Ok(&ZEROS[..at_most(left, ZEROS.len())]),
            RecordLeft::Nothing | RecordLeft::End => Ok(&[]),
        }
    }

    fn consume(&mut self, count: usize) {
        match &mut self.left {
            RecordLeft::Raw(left) => {
                *left -= count as u64;
                self.records.stream().consume(count);
            }
            RecordLeft::Zeros(left) => *left -= count as u64,
            RecordLeft::Nothing | RecordLeft::End => {}
        }
    }
}

impl Read for ZeroFilledTar<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let bytes = self.fill_buf()?;
        let count = bytes.len().min(out.len());
        out[..count].copy_from_slice(&bytes[..count]);
        self.consume(count);
        Ok(count)
    }
}

fn at_most(left: u64, available: usize) -> usize {
    usize::try_from(left).unwrap_or(usize::MAX).min(available)
}
