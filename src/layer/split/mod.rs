//! The tar-split: everything of a tar stream that is not the content of a regular file, so that with the unpacked tree
//! the exact tar comes back. (The idea and the name are those of github.com/vbatts/tar-split; the format is not.)
//!
//! ```text
//! zstd frame    the stream, as records: 'R' length:u32 bytes           bytes as they were
//!                                       'F' size:u64 length:u32 path   the content of a file of the tree
//!                                       'E'                            the end
//! zstd frame    the contents that are not in the tree, because a later entry of the same tar took the file's
//!               place: number:u32 size:u64 bytes, where number counts the 'F' records
//! trailer       offset:u64 of the second frame, and the magic number
//! ```
//! All numbers are little-endian.

pub mod contents;

use crate::sys::files::rooted;
use anyhow::{Context, Result, bail, ensure};
use rustix::fs::OFlags;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::fd::BorrowedFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::FileExt;
use std::path::Path;

const MAGIC: [u8; 8] = *b"lmlsplt1";
const TRAILER: u64 = 16;
/// Headers are much alike: the fastest level already makes them small.
const LEVEL: i32 = 1;
/// Raw bytes are gathered up to this many.
const PIECE: usize = 64 << 10;
const COPY: usize = 256 << 10;
/// A path's bytes; no path of the kernel is as long.
const PATH_MAX: u32 = 64 << 10;

/// Writes a tar-split while the tar is read.
pub struct SplitWriter<'a> {
    encoder: zstd::Encoder<'static, Counted<'a>>,
    raw: Vec<u8>,
    files: u32,
}

impl<'a> SplitWriter<'a> {
    pub fn new(out: &'a mut dyn Write) -> io::Result<SplitWriter<'a>> {
        Ok(SplitWriter {
            encoder: zstd::Encoder::new(Counted { out, count: 0 }, LEVEL)?,
            raw: Vec::with_capacity(PIECE),
            files: 0,
        })
    }

    /// Bytes of the stream that stay as they are.
    pub fn raw(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(PIECE - self.raw.len()));
            self.raw.extend_from_slice(now);
            bytes = later;
            if self.raw.len() == PIECE {
                self.flush_raw()?;
            }
        }
        Ok(())
    }

    /// In place of the next `size` bytes of the stream: they are the content of `path`. Returns the file's number.
    pub fn file(&mut self, path: &[u8], size: u64) -> Result<u32> {
        self.flush_raw()?;
        let length = u32::try_from(path.len())
            .ok()
            .filter(|&length| length <= PATH_MAX)
            .context("path too long")?;
        self.encoder.write_all(b"F")?;
        self.encoder.write_all(&size.to_le_bytes())?;
        self.encoder.write_all(&length.to_le_bytes())?;
        self.encoder.write_all(path)?;
        self.files = self.files.checked_add(1).context("too many files")?;
        Ok(self.files - 1)
    }

    /// Ends the stream. `lost` are the files that are not in the tree: numbers in ascending order, and the contents.
    pub fn finish(mut self, lost: impl Iterator<Item = Result<(u32, File)>>) -> Result<()> {
        self.flush_raw()?;
        self.encoder.write_all(b"E")?;
        let out = self.encoder.finish()?;
        let offset = out.count;
        let mut encoder = zstd::Encoder::new(out, LEVEL)?;
        let mut buffer = vec![0; COPY];
        for file in lost {
            let (number, mut file) = file?;
            let size = file.metadata()?.len();
            encoder.write_all(&number.to_le_bytes())?;
            encoder.write_all(&size.to_le_bytes())?;
            copy(&mut file, &mut encoder, size, &mut buffer)?;
        }
        let out = encoder.finish()?;
        out.out.write_all(&offset.to_le_bytes())?;
        out.out.write_all(&MAGIC)?;
        out.out.flush()?;
        Ok(())
    }

    fn flush_raw(&mut self) -> io::Result<()> {
        if !self.raw.is_empty() {
            self.encoder.write_all(b"R")?;
            self.encoder.write_all(&(self.raw.len() as u32).to_le_bytes())?;
            self.encoder.write_all(&self.raw)?;
            self.raw.clear();
        }
        Ok(())
    }
}

/// Counts what is written.
struct Counted<'a> {
    out: &'a mut dyn Write,
    count: u64,
}

impl Write for Counted<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.out.write(bytes)?;
        self.count += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn damaged() -> &'static str {
    "the layer's tar-split is damaged"
}

/// What comes next in the tar.
pub enum Record {
    /// So many bytes, which follow in the [stream](SplitReader::stream) and must be read from there before the next record.
    Raw(u32),
    /// So many bytes of content of the file with this path.
    File {
        size: u64,
        path: Vec<u8>,
    },
    End,
}

/// Reads a tar-split's first frame, record by record.
pub struct SplitReader<'a> {
    stream: Decoder<'a>,
    /// Where the second frame is.
    lost: (u64, u64),
}

impl<'a> SplitReader<'a> {
    pub fn new(split: &'a File) -> Result<SplitReader<'a>> {
        let size = split.metadata().with_context(damaged)?.len();
        let mut trailer = [0; TRAILER as usize];
        let end = size.checked_sub(TRAILER).with_context(damaged)?;
        split.read_exact_at(&mut trailer, end).with_context(damaged)?;
        let (offset, magic) = trailer.split_at(8);
        ensure!(magic == MAGIC, damaged());
        let offset = u64::from_le_bytes(offset.try_into().expect("half of 16 bytes"));
        ensure!(offset <= end, damaged());
        Ok(SplitReader {
            stream: decoder(split, 0, offset).with_context(damaged)?,
            lost: (offset, end),
        })
    }

    pub fn next(&mut self) -> Result<Record> {
        let stream = &mut self.stream;
        Ok(match u8::from_le_bytes(take(stream).with_context(damaged)?) {
            b'R' => Record::Raw(u32::from_le_bytes(take(stream).with_context(damaged)?)),
            b'F' => {
                let size = u64::from_le_bytes(take(stream).with_context(damaged)?);
                let length = u32::from_le_bytes(take(stream).with_context(damaged)?);
                ensure!(length <= PATH_MAX, damaged());
                let mut path = vec![0; length as usize];
                stream.read_exact(&mut path).with_context(damaged)?;
                Record::File { size, path }
            }
            b'E' => Record::End,
            _ => bail!(damaged()),
        })
    }

    pub fn stream(&mut self) -> &mut impl BufRead {
        &mut self.stream
    }
}

/// Writes the exact tar that was applied, from its tar-split and the layer's directory.
pub fn assemble(split: &File, layer: BorrowedFd<'_>, out: &mut dyn Write) -> Result<()> {
    let mut records = SplitReader::new(split)?;
    let (offset, end) = records.lost;
    let mut lost = Lost::new(decoder(split, offset, end).with_context(damaged)?).with_context(damaged)?;
    let mut buffer = vec![0; COPY];
    let mut number = 0;
    loop {
        match records.next()? {
            Record::Raw(length) => copy(records.stream(), out, length.into(), &mut buffer)?,
            Record::File { size, path } => {
                if !lost.copy(number, size, out, &mut buffer)? {
                    let path = Path::new(OsStr::from_bytes(&path));
                    copy_file(layer, path, size, out, &mut buffer)
                        .with_context(|| format!("file {} of the layer", path.display()))?;
                }
                number += 1;
            }
            Record::End => break,
        }
    }
    out.flush()?;
    Ok(())
}

fn copy_file(layer: BorrowedFd<'_>, path: &Path, size: u64, out: &mut dyn Write, buffer: &mut [u8]) -> Result<()> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
    let mut file = File::from(rooted::open_exact(layer, path, flags)?);
    let metadata = file.metadata()?;
    ensure!(metadata.is_file(), "is no longer a regular file");
    ensure!(
        metadata.len() == size,
        "has {} bytes, not {size} as when it was unpacked",
        metadata.len()
    );
    copy(&mut file, out, size, buffer)
}

/// Exactly `size` bytes.
fn copy(from: &mut dyn Read, to: &mut dyn Write, size: u64, buffer: &mut [u8]) -> Result<()> {
    let mut left = size;
    while left > 0 {
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        match from.read(&mut buffer[..most]) {
            Ok(0) => bail!("ends {left} bytes too early"),
            Ok(count) => {
                to.write_all(&buffer[..count])?;
                left -= count as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// The second frame, read side by side with the first: both are in the order of the files' numbers.
struct Lost<R> {
    frame: R,
    next: Option<(u32, u64)>,
}

impl<R: Read> Lost<R> {
    fn new(frame: R) -> io::Result<Lost<R>> {
        let mut lost = Lost { frame, next: None };
        lost.advance()?;
        Ok(lost)
    }

    /// Writes file `number` if its content is here.
    fn copy(&mut self, number: u32, size: u64, out: &mut dyn Write, buffer: &mut [u8]) -> Result<bool> {
        if self.next.is_none_or(|(next, _)| next != number) {
            return Ok(false);
        }
        ensure!(self.next == Some((number, size)), damaged());
        copy(&mut self.frame, out, size, buffer)?;
        self.advance()?;
        Ok(true)
    }

    fn advance(&mut self) -> io::Result<()> {
        let mut number = [0; 4];
        self.next = match self.frame.read(&mut number[..1])? {
            0 => None,
            _ => {
                self.frame.read_exact(&mut number[1..])?;
                Some((u32::from_le_bytes(number), u64::from_le_bytes(take(&mut self.frame)?)))
            }
        };
        Ok(())
    }
}

fn take<const N: usize>(from: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    from.read_exact(&mut bytes)?;
    Ok(bytes)
}

type Decoder<'a> = BufReader<zstd::Decoder<'static, BufReader<Part<'a>>>>;

fn decoder(file: &File, start: u64, end: u64) -> io::Result<Decoder<'_>> {
    let part = Part {
        file,
        position: start,
        end,
    };
    let decoder = zstd::Decoder::with_buffer(BufReader::with_capacity(COPY, part))?;
    Ok(BufReader::with_capacity(PIECE, decoder))
}

/// A part of a file, read without moving the file's own position.
struct Part<'a> {
    file: &'a File,
    position: u64,
    end: u64,
}

impl Read for Part<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.end - self.position)
            .unwrap_or(usize::MAX)
            .min(out.len());
        let count = self.file.read_at(&mut out[..most], self.position)?;
        self.position += count as u64;
        Ok(count)
    }
}
