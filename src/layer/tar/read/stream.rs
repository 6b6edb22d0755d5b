//! The bytes of a tar: counted to the last one, no more than allowed, and recorded on the way.

use crate::layer::tar::BLOCK;
use anyhow::{Context, Result, bail, ensure};
use std::io::{self, BufRead, ErrorKind};

/// Gets what a tar-split consists of while the tar is read: everything but the contents of regular files.
pub trait Recorder {
    /// Bytes of the stream that are kept as they are.
    fn raw(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// The next `size` bytes of the stream, which do not come through [`raw`](Recorder::raw): they are the content of
    /// the file `path`. Returns the file's number in the tar-split.
    fn file(&mut self, path: &[u8], size: u64) -> Result<u32>;
}

/// A reader of an untrusted tar, which hands out the bytes where they are.
pub struct TarStream<'a> {
    tar: &'a mut dyn BufRead,
    /// Bytes consumed.
    position: u64,
    /// Reading past so many bytes is an error.
    limit: u64,
    recorder: Option<&'a mut dyn Recorder>,
    /// Bytes left of the current entry's content, and of the padding behind it.
    content: u64,
    padding: u64,
}

impl<'a> TarStream<'a> {
    pub fn new(tar: &'a mut dyn BufRead, limit: u64, recorder: Option<&'a mut dyn Recorder>) -> TarStream<'a> {
        TarStream {
            tar,
            position: 0,
            limit,
            recorder,
            content: 0,
            padding: 0,
        }
    }

    /// Offset of the next byte in the tar; at the end, the tar's size.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Bytes left of the current entry's content.
    pub fn content_left(&self) -> u64 {
        self.content
    }

    /// Starts an entry with `size` bytes of content.
    pub fn start_content(&mut self, size: u64) -> Result<()> {
        self.content = size;
        self.padding = size.checked_next_multiple_of(BLOCK).context("size out of range")? - size;
        Ok(())
    }

    /// Reads one block outside of any content, and records it; false where the tar ends before it.
    pub fn block(&mut self, block: &mut [u8; BLOCK as usize]) -> Result<bool> {
        let mut filled = 0;
        while filled < block.len() {
            let bytes = self.peek((block.len() - filled) as u64)?;
            let count = bytes.len();
            if count == 0 {
                ensure!(filled == 0, "the tar ends in the middle of a header");
                return Ok(false);
            }
            block[filled..filled + count].copy_from_slice(bytes);
            self.consume(count);
            filled += count;
        }
        record(&mut self.recorder, block)?;
        Ok(true)
    }

    /// Reads a block of the current entry's content, and records it.
    pub fn content_block(&mut self, block: &mut [u8; BLOCK as usize]) -> Result<()> {
        ensure!(
            self.content + self.padding >= BLOCK && self.block(block)?,
            "ends too early"
        );
        let content = self.content.min(BLOCK);
        self.content -= content;
        self.padding -= BLOCK - content;
        Ok(())
    }

    /// Hands out all that is left of the content as the content of `path`: it is not recorded. Returns the file's
    /// number in the tar-split.
    pub fn file_content(&mut self, path: &[u8], take: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> Result<u32> {
        let size = self.content;
        let number = match &mut self.recorder {
            Some(recorder) => recorder.file(path, size)?,
            None => 0,
        };
        while self.content > 0 {
            let bytes = self.peek(self.content)?;
            ensure!(!bytes.is_empty(), "the tar ends in the middle of a file");
            take(bytes)?;
            let count = bytes.len();
            self.consume(count);
            self.content -= count as u64;
        }
        Ok(number)
    }

    /// Hands out at most `most` bytes of the content, and records them.
    pub fn recorded_content(&mut self, most: u64, take: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> Result<()> {
        let mut left = most.min(self.content);
        self.content -= left;
        while left > 0 {
            let bytes = peek(&mut *self.tar, self.position, self.limit, left)?;
            ensure!(!bytes.is_empty(), "the tar ends in the middle of an entry");
            take(bytes)?;
            record(&mut self.recorder, bytes)?;
            let count = bytes.len();
            self.consume(count);
            left -= count as u64;
        }
        Ok(())
    }

    /// All that is left of the content.
    pub fn whole_content(&mut self) -> Result<Vec<u8>> {
        let mut data = Vec::with_capacity(self.content as usize);
        self.recorded_content(u64::MAX, &mut |bytes| {
            data.extend_from_slice(bytes);
            Ok(())
        })?;
        Ok(data)
    }

    /// Goes past what is left of the current entry.
    pub fn skip_content(&mut self) -> Result<()> {
        self.content += std::mem::take(&mut self.padding);
        self.recorded_content(u64::MAX, &mut |_| Ok(()))
    }

    /// Records whatever follows the end of the archive. Returns the tar's size.
    pub fn finish(mut self) -> Result<u64> {
        loop {
            let bytes = peek(&mut *self.tar, self.position, self.limit, u64::MAX)?;
            if bytes.is_empty() {
                return Ok(self.position);
            }
            record(&mut self.recorder, bytes)?;
            let count = bytes.len();
            self.consume(count);
        }
    }

    fn peek(&mut self, most: u64) -> Result<&[u8]> {
        peek(&mut *self.tar, self.position, self.limit, most)
    }

    fn consume(&mut self, count: usize) {
        self.tar.consume(count);
        self.position += count as u64;
    }
}

/// The next bytes, at most `most`; empty only at the end. They stay until they are consumed.
fn peek(tar: &mut dyn BufRead, position: u64, limit: u64, most: u64) -> Result<&[u8]> {
    // The borrow checker rejects a loop that returns the bytes, so the first call only gets past EINTR; the second
    // returns what the first has buffered.
    while let Err(error) = tar.fill_buf() {
        if error.kind() != ErrorKind::Interrupted {
            return Err(error.into());
        }
    }
    let bytes = tar.fill_buf()?;
    if position + bytes.len() as u64 > limit {
        bail!("the layer is larger than the limit of {limit} bytes");
    }
    let count = usize::try_from(most).unwrap_or(usize::MAX).min(bytes.len());
    Ok(&bytes[..count])
}

fn record(recorder: &mut Option<&mut dyn Recorder>, bytes: &[u8]) -> io::Result<()> {
    match recorder {
        Some(recorder) => recorder.raw(bytes),
        None => Ok(()),
    }
}
