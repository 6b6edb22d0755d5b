//! Reading a tar-split, record by record.

use crate::layer::split::{MAGIC, MAX_PATH, MAX_RAW, TRAILER};
use anyhow::{Context, Result, bail, ensure};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::fs::FileExt;

/// Read ahead of the zstd decoder.
const BUFFER: usize = 256 << 10;

pub fn damaged() -> &'static str {
    "the layer's tar-split is damaged"
}

/// What comes next in the tar.
pub enum Record {
    /// So many bytes. They follow in the [stream](SplitReader::stream), and must be read there before the next record.
    Raw(u32),
    /// So many bytes of content of the file with this path.
    File {
        size: u64,
        path: Vec<u8>,
    },
    End,
}

/// Reads the first frame: the records.
pub struct SplitReader<'a> {
    split: &'a File,
    stream: Decoder<'a>,
    /// Where the second frame begins and ends.
    second: (u64, u64),
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
            split,
            stream: decoder(split, 0, offset).with_context(damaged)?,
            second: (offset, end),
        })
    }

    pub fn next(&mut self) -> Result<Record> {
        let stream = &mut self.stream;
        Ok(match u8::from_le_bytes(read_array(stream).with_context(damaged)?) {
            b'R' => Record::Raw(u32::from_le_bytes(read_array(stream).with_context(damaged)?)),
            b'F' => {
                let size = u64::from_le_bytes(read_array(stream).with_context(damaged)?);
                let length = u32::from_le_bytes(read_array(stream).with_context(damaged)?);
                ensure!(length <= MAX_PATH, damaged());
                let mut path = vec![0; length as usize];
                stream.read_exact(&mut path).with_context(damaged)?;
                Record::File { size, path }
            }
            b'E' => Record::End,
            _ => bail!(damaged()),
        })
    }

    /// The bytes of a [`Record::Raw`].
    pub fn stream(&mut self) -> &mut impl BufRead {
        &mut self.stream
    }

    /// The second frame.
    pub fn replaced_contents(&self) -> Result<ReplacedContents<'a>> {
        let (start, end) = self.second;
        let frame = decoder(self.split, start, end).with_context(damaged)?;
        let mut contents = ReplacedContents { frame, next: None };
        contents.advance().with_context(damaged)?;
        Ok(contents)
    }
}

/// The second frame: the contents of replaced files. It is read side by side with the first, since both are in the
/// order of the files' numbers.
pub struct ReplacedContents<'a> {
    frame: Decoder<'a>,
    /// Number and size of the next file.
    next: Option<(u32, u64)>,
}

impl ReplacedContents<'_> {
    /// Writes the content of file `number`, if it is here; false if it is not.
    pub fn copy(&mut self, number: u32, size: u64, out: &mut dyn Write) -> Result<bool> {
        if self.next.is_none_or(|(next, _)| next != number) {
            return Ok(false);
        }
        ensure!(self.next == Some((number, size)), damaged());
        copy_exact(&mut self.frame, out, size)?;
        self.advance()?;
        Ok(true)
    }

    fn advance(&mut self) -> io::Result<()> {
        let mut number = [0; 4];
        self.next = match self.frame.read(&mut number[..1])? {
            0 => None,
            _ => {
                self.frame.read_exact(&mut number[1..])?;
                let size = u64::from_le_bytes(read_array(&mut self.frame)?);
                Some((u32::from_le_bytes(number), size))
            }
        };
        Ok(())
    }
}

/// Copies exactly `size` bytes.
pub fn copy_exact(from: &mut dyn BufRead, to: &mut dyn Write, size: u64) -> Result<()> {
    let mut left = size;
    while left > 0 {
        let bytes = match from.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            bytes => bytes?,
        };
        ensure!(!bytes.is_empty(), "ends {left} bytes too early");
        let count = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
        to.write_all(&bytes[..count])?;
        from.consume(count);
        left -= count as u64;
    }
    Ok(())
}

fn read_array<const N: usize>(from: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    from.read_exact(&mut bytes)?;
    Ok(bytes)
}

type Decoder<'a> = BufReader<zstd::Decoder<'static, BufReader<FilePart<'a>>>>;

fn decoder(file: &File, start: u64, end: u64) -> io::Result<Decoder<'_>> {
    let part = FilePart {
        file,
        position: start,
        end,
    };
    let decoder = zstd::Decoder::with_buffer(BufReader::with_capacity(BUFFER, part))?;
    Ok(BufReader::with_capacity(MAX_RAW, decoder))
}

/// A part of a file, read without moving the file's own position.
struct FilePart<'a> {
    file: &'a File,
    position: u64,
    end: u64,
}

impl Read for FilePart<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.end - self.position)
            .unwrap_or(usize::MAX)
            .min(out.len());
        let count = self.file.read_at(&mut out[..most], self.position)?;
        self.position += count as u64;
        Ok(count)
    }
}
