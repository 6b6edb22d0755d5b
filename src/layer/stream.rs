//! The tar stream as it is read: hashed and counted to its last byte, in large pieces.

use crate::oci::{DiffId, Hasher};
use anyhow::{Result, bail};
use std::io::{ErrorKind, Read};

/// One piece: large enough to make the calls cheap, small enough to stay in the processor's cache between being
/// read, hashed and written.
const BUFFER: usize = 256 << 10;

/// A buffered reader of an untrusted tar. All bytes that it read are in the digest, whoever consumed them.
pub(super) struct Stream<'a> {
    source: &'a mut dyn Read,
    buffer: Box<[u8]>,
    start: usize,
    end: usize,
    hasher: Hasher,
    /// Bytes read from the source.
    size: u64,
    limit: u64,
}

impl<'a> Stream<'a> {
    /// `limit`: bytes, past which reading is an error.
    pub fn new(source: &'a mut dyn Read, limit: u64) -> Stream<'a> {
        Stream {
            source,
            buffer: vec![0; BUFFER].into_boxed_slice(),
            start: 0,
            end: 0,
            hasher: Hasher::default(),
            size: 0,
            limit,
        }
    }

    /// The next bytes, at most `most`; empty only at the end. They stay until they are consumed.
    pub fn peek(&mut self, most: u64) -> Result<&[u8]> {
        if self.start == self.end {
            self.fill()?;
        }
        let count = usize::try_from(most).unwrap_or(usize::MAX).min(self.end - self.start);
        Ok(&self.buffer[self.start..self.start + count])
    }

    /// Takes away bytes that were peeked.
    pub fn consume(&mut self, count: usize) {
        self.start += count;
        debug_assert!(self.start <= self.end);
    }

    /// Where the next byte is, counted from the start of the tar.
    pub fn position(&self) -> u64 {
        self.size - (self.end - self.start) as u64
    }

    /// The digest and the size of all that was read.
    pub fn finish(self) -> (DiffId, u64) {
        (DiffId(self.hasher.finish()), self.size)
    }

    fn fill(&mut self) -> Result<()> {
        (self.start, self.end) = (0, 0);
        // To the brim: a source that hands out little pieces must not make little writes.
        while self.end < self.buffer.len() {
            match self.source.read(&mut self.buffer[self.end..]) {
                Ok(0) => break,
                Ok(count) => self.end += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        self.size += self.end as u64;
        if self.size > self.limit {
            bail!("the layer is larger than the limit of {} bytes", self.limit);
        }
        self.hasher.update(&self.buffer[..self.end]);
        Ok(())
    }
}
