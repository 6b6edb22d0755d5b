//! Writing a tar-split while a tar is read.

use crate::layer::split::{MAGIC, MAX_PATH, MAX_RAW};
use crate::layer::tar::read::stream::Recorder;
use anyhow::{Context, Result, bail};
use std::fs::File;
use std::io::{self, Read, Write};

/// Headers are much alike: the fastest level already makes them small.
const LEVEL: i32 = 1;

pub struct SplitWriter<'a> {
    encoder: zstd::Encoder<'static, CountingWriter<'a>>,
    raw: Vec<u8>,
    files: u32,
}

impl<'a> SplitWriter<'a> {
    pub fn new(out: &'a mut dyn Write) -> io::Result<SplitWriter<'a>> {
        Ok(SplitWriter {
            encoder: zstd::Encoder::new(CountingWriter { out, count: 0 }, LEVEL)?,
            raw: Vec::with_capacity(MAX_RAW),
            files: 0,
        })
    }

    /// Ends the stream. `replaced` are the files that are not in the tree: numbers in ascending order, and the
    /// contents.
    pub fn finish(mut self, replaced: impl Iterator<Item = Result<(u32, File)>>) -> Result<()> {
        self.flush_raw()?;
        self.encoder.write_all(b"E")?;
        let out = self.encoder.finish()?;
        let offset = out.count;
        let mut encoder = zstd::Encoder::new(out, LEVEL)?;
        for file in replaced {
            let (number, file) = file?;
            let size = file.metadata()?.len();
            encoder.write_all(&number.to_le_bytes())?;
            encoder.write_all(&size.to_le_bytes())?;
            let copied = io::copy(&mut file.take(size), &mut encoder)?;
            if copied < size {
                bail!("ends {} bytes too early", size - copied);
            }
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

impl Recorder for SplitWriter<'_> {
    fn raw(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(MAX_RAW - self.raw.len()));
            self.raw.extend_from_slice(now);
            bytes = later;
            if self.raw.len() == MAX_RAW {
                self.flush_raw()?;
            }
        }
        Ok(())
    }

    fn file(&mut self, path: &[u8], size: u64) -> Result<u32> {
        self.flush_raw()?;
        let length = u32::try_from(path.len())
            .ok()
            .filter(|&length| length <= MAX_PATH)
            .context("path too long")?;
        self.encoder.write_all(b"F")?;
        self.encoder.write_all(&size.to_le_bytes())?;
        self.encoder.write_all(&length.to_le_bytes())?;
        self.encoder.write_all(path)?;
        self.files = self.files.checked_add(1).context("too many files")?;
        Ok(self.files - 1)
    }
}

/// Counts the bytes written.
struct CountingWriter<'a> {
    out: &'a mut dyn Write,
    count: u64,
}

impl Write for CountingWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.out.write(bytes)?;
        self.count += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
