//! The resume file of a blob: its first bytes, kept while they come, so that the next transfer goes on where a killed
//! one ended.
//!
//! The file contains the blob's first bytes and nothing else. They are hashed again when they are read, so the file
//! need not be trusted. Keeping is optional: where writing fails (a full disk), the transfer goes on without it. Where
//! a blob comes so fast that all of it will be here in a few seconds, writing it twice costs more than fetching it
//! again, so it is not kept.

use bytes::{Bytes, BytesMut};
use std::fs::File;
use std::io::{self, IoSlice, Read, Seek, SeekFrom, Write};
use std::time::{Duration, Instant};

/// Bytes that are collected for one write while they come fast.
const WRITE: usize = 1 << 20;
/// Bytes of one read.
const READ: usize = 256 << 10;
/// Bytes after which the blob's speed is judged.
const TRIAL: u64 = 8 << 20;
/// A blob whose rest takes no longer than this is not worth keeping.
const QUICK: Duration = Duration::from_secs(2);

/// A blob's resume file.
pub struct ResumeFile {
    file: File,
    /// Bytes of an earlier transfer that have not been read.
    unread: u64,
    /// Bytes that have come and are not in the file.
    pending: Vec<Bytes>,
    pending_bytes: usize,
    /// The file contains all bytes that have come, so more can be appended.
    appendable: bool,
    /// Measures how fast the blob comes; none after the judgement, and where an earlier transfer broke off.
    trial: Option<SpeedTrial>,
}

/// Measures the start of a transfer.
struct SpeedTrial {
    began: Instant,
    came: u64,
    size: u64,
}

impl SpeedTrial {
    /// Whether the rest of the blob will come within [`QUICK`] at the speed so far.
    fn is_quick(&self, elapsed: Duration) -> bool {
        let left = self.size.saturating_sub(self.came);
        elapsed.mul_f64(left as f64 / self.came.max(1) as f64) <= QUICK
    }
}

impl ResumeFile {
    /// Opens the resume file of a blob of `size` bytes. A longer file is not that blob's, and is emptied.
    pub fn new(file: File, size: u64) -> io::Result<ResumeFile> {
        let mut unread = file.metadata()?.len();
        if unread > size {
            file.set_len(0)?;
            unread = 0;
        }
        (&file).seek(SeekFrom::Start(0))?;
        Ok(ResumeFile {
            file,
            unread,
            pending: Vec::new(),
            pending_bytes: 0,
            appendable: true,
            trial: (unread == 0).then(|| SpeedTrial {
                began: Instant::now(),
                came: 0,
                size,
            }),
        })
    }

    /// Bytes of an earlier transfer that have not been read.
    pub fn unread(&self) -> u64 {
        self.unread
    }

    /// Reads the next bytes of the earlier transfer. All of them must be read before anything is appended.
    pub fn read_next(&mut self) -> io::Result<Bytes> {
        let mut piece = BytesMut::zeroed(READ.min(usize::try_from(self.unread).unwrap_or(READ)));
        self.file.read_exact(&mut piece)?;
        self.unread -= piece.len() as u64;
        Ok(piece.freeze())
    }

    /// Appends bytes that have come.
    pub fn append(&mut self, piece: Bytes) {
        if self.appendable {
            if let Some(trial) = &mut self.trial {
                trial.came += piece.len() as u64;
                if trial.came >= TRIAL {
                    let quick = trial.is_quick(trial.began.elapsed());
                    self.trial = None;
                    if quick {
                        self.pending.clear();
                        return self.clear();
                    }
                }
            }
            self.pending_bytes += piece.len();
            self.pending.push(piece);
            if self.pending_bytes >= WRITE {
                self.flush();
            }
        }
    }

    /// Writes what has been appended. Called before the transfer waits: what comes slowly is worth keeping at once.
    pub fn flush(&mut self) {
        let pieces = std::mem::take(&mut self.pending);
        self.pending_bytes = 0;
        let mut slices: Vec<IoSlice<'_>> = pieces.iter().map(|piece| IoSlice::new(piece)).collect();
        let mut rest = &mut slices[..];
        while !rest.is_empty() && self.appendable {
            match self.file.write_vectored(rest) {
                Ok(0) => self.appendable = false,
                Ok(written) => IoSlice::advance_slices(&mut rest, written),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => self.appendable = false,
            }
        }
    }

    /// Empties the file, since its bytes are not the blob's or not worth keeping.
    pub fn clear(&mut self) {
        self.appendable = false;
        // A file that cannot be emptied proves wrong again in the next transfer.
        let _ = self.file.set_len(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(size: u64, pieces: u64) -> u64 {
        let file = tempfile::tempfile().unwrap();
        let mut resume = ResumeFile::new(file.try_clone().unwrap(), size).unwrap();
        for _ in 0..pieces {
            resume.append(vec![7; 1 << 20].into());
        }
        resume.flush();
        file.metadata().unwrap().len()
    }

    #[test]
    fn only_the_start_of_a_fast_blob_is_kept() {
        assert_eq!(kept(100 << 20, 7), 7 << 20);
        assert_eq!(kept(100 << 20, 8), 0);
        assert_eq!(kept(100 << 20, 20), 0);
    }

    #[test]
    fn a_slow_blob_and_one_that_broke_off_before_are_kept() {
        assert_eq!(kept(1 << 60, 20), 20 << 20);
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"earlier").unwrap();
        let mut resume = ResumeFile::new(file.try_clone().unwrap(), 100 << 20).unwrap();
        assert_eq!(resume.read_next().unwrap(), "earlier");
        for _ in 0..20 {
            resume.append(vec![7; 1 << 20].into());
        }
        resume.flush();
        assert_eq!(file.metadata().unwrap().len(), (20 << 20) + 7);
    }

    #[test]
    fn a_blob_is_quick_where_its_rest_comes_within_seconds() {
        let trial = |size| SpeedTrial {
            began: Instant::now(),
            came: TRIAL,
            size,
        };
        assert!(trial(5 * TRIAL).is_quick(Duration::from_millis(500)));
        assert!(!trial(6 * TRIAL).is_quick(Duration::from_millis(500)));
        assert!(trial(TRIAL).is_quick(Duration::from_secs(100)));
    }
}
