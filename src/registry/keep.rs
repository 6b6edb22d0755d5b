//! What is kept of a blob while it comes, so that the next transfer can go on where a killed one was.
//!
//! The file holds the blob's first bytes and nothing else. They are hashed again when they are read, so nobody has to
//! believe the file. Keeping is a favour: where it does not work (a full disk), the transfer goes on without.

use bytes::{Bytes, BytesMut};
use std::fs::File;
use std::io::{self, IoSlice, Read, Seek, SeekFrom, Write};

/// Bytes that come in one write while they come fast: small writes would cost more than the copying.
const WRITE: usize = 1 << 20;
/// Bytes of one read.
const READ: usize = 256 << 10;

/// A blob's file.
pub(super) struct Keep {
    file: File,
    /// Bytes that were there before and are still to be read.
    left: u64,
    /// What has come and is not in the file.
    pending: Vec<Bytes>,
    pending_bytes: usize,
    /// The file's end is the blob's: it can be added to.
    sound: bool,
}

impl Keep {
    /// `size`: the blob's. A file that is longer is not the blob's, and is emptied.
    pub(super) fn new(file: File, size: u64) -> io::Result<Keep> {
        let mut left = file.metadata()?.len();
        if left > size {
            file.set_len(0)?;
            left = 0;
        }
        (&file).seek(SeekFrom::Start(0))?;
        Ok(Keep {
            file,
            left,
            pending: Vec::new(),
            pending_bytes: 0,
            sound: true,
        })
    }

    /// Bytes that were kept before and have not been read.
    pub(super) fn left(&self) -> u64 {
        self.left
    }

    /// The next of what was kept before. To be read to its end before anything is added.
    pub(super) fn next(&mut self) -> io::Result<Bytes> {
        let mut piece = BytesMut::zeroed(READ.min(usize::try_from(self.left).unwrap_or(READ)));
        self.file.read_exact(&mut piece)?;
        self.left -= piece.len() as u64;
        Ok(piece.freeze())
    }

    /// Adds what has come.
    pub(super) fn add(&mut self, piece: Bytes) {
        if self.sound {
            self.pending_bytes += piece.len();
            self.pending.push(piece);
            if self.pending_bytes >= WRITE {
                self.flush();
            }
        }
    }

    /// Writes what has been added. A transfer that is about to wait calls it: what comes slowly is worth keeping at once.
    pub(super) fn flush(&mut self) {
        let pieces = std::mem::take(&mut self.pending);
        self.pending_bytes = 0;
        let mut slices: Vec<IoSlice<'_>> = pieces.iter().map(|piece| IoSlice::new(piece)).collect();
        let mut rest = &mut slices[..];
        while !rest.is_empty() && self.sound {
            match self.file.write_vectored(rest) {
                Ok(0) => self.sound = false,
                Ok(written) => IoSlice::advance_slices(&mut rest, written),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => self.sound = false,
            }
        }
    }

    /// What was kept is not the blob.
    pub(super) fn clear(&mut self) {
        self.sound = false;
        // A file that cannot be emptied proves wrong again next time.
        let _ = self.file.set_len(0);
    }
}
