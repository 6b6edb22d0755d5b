//! The tar stream as it is read: counted to its last byte, and no longer than allowed.

use anyhow::{Result, bail};
use std::io::{BufRead, ErrorKind};

/// A reader of an untrusted tar, which hands out the bytes where they are.
pub struct Stream<'a> {
    source: &'a mut dyn BufRead,
    /// Bytes consumed.
    position: u64,
    limit: u64,
}

impl<'a> Stream<'a> {
    /// `limit`: bytes, past which reading is an error.
    pub fn new(source: &'a mut dyn BufRead, limit: u64) -> Stream<'a> {
        Stream {
            source,
            position: 0,
            limit,
        }
    }

    /// The next bytes, at most `most`; empty only at the end. They stay until they are consumed.
    pub fn peek(&mut self, most: u64) -> Result<&[u8]> {
        // An interrupted call is made again before anything is borrowed.
        while let Err(error) = self.source.fill_buf() {
            if error.kind() != ErrorKind::Interrupted {
                return Err(error.into());
            }
        }
        let bytes = self.source.fill_buf()?;
        if self.position + bytes.len() as u64 > self.limit {
            bail!("the layer is larger than the limit of {} bytes", self.limit);
        }
        let count = usize::try_from(most).unwrap_or(usize::MAX).min(bytes.len());
        Ok(&bytes[..count])
    }

    /// Takes away bytes that were peeked.
    pub fn consume(&mut self, count: usize) {
        self.source.consume(count);
        self.position += count as u64;
    }

    /// Where the next byte is, counted from the start of the tar; at the end, the tar's size.
    pub fn position(&self) -> u64 {
        self.position
    }
}
