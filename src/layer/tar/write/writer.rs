//! Writing the entries of a tar, with the contents of files.

use crate::layer::tar::BLOCK;
use crate::layer::tar::write::header::{EntryMetadata, encode, encode_marker};
use crate::layer::tar::write::holes;
use crate::layer::tar::write::pax_records::PaxRecords;
use anyhow::{Result, bail, ensure};
use rustix::fs::{FileType, Mode, OFlags, Stat};
use std::collections::HashMap;
use std::collections::hash_map::Entry::{Occupied, Vacant};
use std::fs::File;
use std::io::{BufWriter, ErrorKind, Read, Seek, SeekFrom, Write};
use std::os::fd::BorrowedFd;
use tar::EntryType;

const BUFFER: usize = 256 << 10;

pub struct TarWriter<'a> {
    /// Headers are small, and the reader at the other end may hash or compress each piece that it gets.
    out: BufWriter<&'a mut dyn Write>,
    buffer: Box<[u8]>,
    /// The first path of each file with several hard links, by device and inode.
    links: HashMap<(u64, u64), Vec<u8>>,
    size: u64,
    /// Whether the holes in files are left out. Not in a layer: its tar is to be the same on every filesystem.
    leave_out_holes: bool,
}

impl<'a> TarWriter<'a> {
    /// A writer of files in full, their holes as zeros.
    pub fn new(out: &'a mut dyn Write) -> TarWriter<'a> {
        TarWriter {
            out: BufWriter::with_capacity(BUFFER, out),
            buffer: vec![0; BUFFER].into_boxed_slice(),
            links: HashMap::new(),
            // The end of the archive.
            size: 2 * BLOCK,
            leave_out_holes: false,
        }
    }

    /// A writer of sparse files: their holes are left out.
    pub fn sparse(out: &'a mut dyn Write) -> TarWriter<'a> {
        TarWriter {
            leave_out_holes: true,
            ..TarWriter::new(out)
        }
    }

    /// Bytes of the entries so far and of the archive's end, without extended headers, and as if no holes were left
    /// out.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Writes the entry of `name` in a directory: its header, and a file's content. A socket gets no entry: it is of no
    /// use without the process that listens on it.
    pub fn entry(&mut self, parent: BorrowedFd<'_>, name: &[u8], metadata: &EntryMetadata<'_>) -> Result<()> {
        let stat = metadata.stat;
        let kind = FileType::from_raw_mode(stat.st_mode);
        if !matches!(kind, FileType::Directory | FileType::Socket) && stat.st_nlink > 1 {
            match self.links.entry((stat.st_dev, stat.st_ino)) {
                Occupied(first) => {
                    let first = first.get().clone();
                    // The attributes were written with the file's first name.
                    let link = EntryMetadata {
                        xattrs: &[],
                        ..*metadata
                    };
                    return self.header(EntryType::Link, &link, &first);
                }
                Vacant(new) => drop(new.insert(metadata.path.to_vec())),
            }
        }
        match kind {
            FileType::RegularFile => self.file(metadata, open_file(parent, name, stat)?),
            FileType::Directory => {
                let path = [metadata.path, b"/"].concat();
                let directory = EntryMetadata {
                    path: &path,
                    ..*metadata
                };
                self.header(EntryType::Directory, &directory, b"")
            }
            FileType::Symlink => {
                let target = rustix::fs::readlinkat(parent, name, Vec::new())?;
                self.header(EntryType::Symlink, metadata, target.as_bytes())
            }
            FileType::CharacterDevice => self.header(EntryType::Char, metadata, b""),
            FileType::BlockDevice => self.header(EntryType::Block, metadata, b""),
            FileType::Fifo => self.header(EntryType::Fifo, metadata, b""),
            FileType::Socket => Ok(()),
            _ => bail!("an unknown type of file"),
        }
    }

    /// Writes an empty file that says something by its name alone.
    pub fn marker(&mut self, path: &[u8]) -> Result<()> {
        self.size += BLOCK;
        Ok(self.out.write_all(&encode_marker(path)?)?)
    }

    /// Writes the end of the archive.
    pub fn finish(mut self) -> Result<()> {
        self.out.write_all(&[0; 2 * BLOCK as usize])?;
        Ok(self.out.flush()?)
    }

    fn header(&mut self, kind: EntryType, metadata: &EntryMetadata<'_>, link: &[u8]) -> Result<()> {
        self.size += BLOCK;
        let headers = encode(kind, metadata, link, 0, PaxRecords::default())?;
        Ok(self.out.write_all(&headers)?)
    }

    /// Writes a regular file with as many bytes as its metadata say. Bytes by which it grows meanwhile are left out.
    fn file(&mut self, metadata: &EntryMetadata<'_>, mut file: File) -> Result<()> {
        let size = metadata.stat.st_size as u64;
        self.size += BLOCK + size.next_multiple_of(BLOCK);
        if self.leave_out_holes && (metadata.stat.st_blocks as u64).saturating_mul(512) < size {
            if let Some(segments) = holes::data_segments(&file, size) {
                return self.sparse_file(metadata, file, &segments);
            }
            file.rewind()?;
        }
        let headers = encode(EntryType::Regular, metadata, b"", size, PaxRecords::default())?;
        self.out.write_all(&headers)?;
        self.content(&mut file, size)?;
        self.pad(size)
    }

    fn sparse_file(&mut self, metadata: &EntryMetadata<'_>, mut file: File, segments: &[(u64, u64)]) -> Result<()> {
        let map = holes::map(segments);
        let records = holes::records(metadata.path, metadata.stat.st_size as u64)?;
        let data: u64 = segments.iter().map(|(_, length)| length).sum();
        let size = map.len() as u64 + data;
        self.out
            .write_all(&encode(EntryType::Regular, metadata, b"", size, records)?)?;
        self.out.write_all(&map)?;
        for (offset, length) in segments {
            file.seek(SeekFrom::Start(*offset))?;
            self.content(&mut (&file).take(*length), *length)?;
        }
        self.pad(size)
    }

    fn content(&mut self, file: &mut dyn Read, size: u64) -> Result<()> {
        let mut left = size;
        while left > 0 {
            let most = usize::try_from(left).unwrap_or(usize::MAX).min(self.buffer.len());
            match file.read(&mut self.buffer[..most]) {
                Ok(0) => bail!("became {left} bytes shorter while it was packed"),
                Ok(count) => {
                    self.out.write_all(&self.buffer[..count])?;
                    left -= count as u64;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    fn pad(&mut self, size: u64) -> Result<()> {
        let padding = size.next_multiple_of(BLOCK) - size;
        Ok(self.out.write_all(&[0; BLOCK as usize][..padding as usize])?)
    }
}

fn open_file(parent: BorrowedFd<'_>, name: &[u8], stat: &Stat) -> Result<File> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let file = File::from(rustix::fs::openat(parent, name, flags, Mode::empty())?);
    let now = rustix::fs::fstat(&file)?;
    ensure!(
        (now.st_dev, now.st_ino) == (stat.st_dev, stat.st_ino),
        "was replaced while it was packed"
    );
    Ok(file)
}
