//! What is kept of a blob while it comes, so that the next transfer can go on where a killed one was.
//!
//! The file holds the blob's first bytes and nothing else. They are hashed again when they are read, so nobody has to
//! believe the file. Keeping is a favour: where it does not work (a full disk), the transfer goes on without. And where a
//! blob comes so fast that all of it will be here in a few seconds, writing it twice would cost more than asking again.

use bytes::{Bytes, BytesMut};
use std::fs::File;
use std::io::{self, IoSlice, Read, Seek, SeekFrom, Write};
use std::time::{Duration, Instant};

/// Bytes that come in one write while they come fast: small writes would cost more than the copying.
const WRITE: usize = 1 << 20;
/// Bytes of one read.
const READ: usize = 256 << 10;
/// After so many bytes it is known how fast they come.
const TRIAL: u64 = 8 << 20;
/// What takes no longer than this to come is not worth keeping.
const QUICK: Duration = Duration::from_secs(2);

/// A blob's file.
pub struct Keep {
    file: File,
    /// Bytes that were there before and are still to be read.
    left: u64,
    /// What has come and is not in the file.
    pending: Vec<Bytes>,
    pending_bytes: usize,
    /// The file's end is the blob's: it can be added to.
    sound: bool,
    /// How fast the blob comes; none where that was judged, or an earlier transfer broke off already.
    trial: Option<Trial>,
}

/// The start of a transfer.
struct Trial {
    began: Instant,
    came: u64,
    size: u64,
}

impl Trial {
    /// Whether the blob's bytes will all be here soon, after [`TRIAL`] of them have come in `elapsed`.
    fn is_quick(&self, elapsed: Duration) -> bool {
        let left = self.size.saturating_sub(self.came);
        elapsed.mul_f64(left as f64 / self.came.max(1) as f64) <= QUICK
    }
}

impl Keep {
    /// `size`: the blob's. A file that is longer is not the blob's, and is emptied.
    pub fn new(file: File, size: u64) -> io::Result<Keep> {
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
            trial: (left == 0).then(|| Trial {
                began: Instant::now(),
                came: 0,
                size,
            }),
        })
    }

    /// Bytes that were kept before and have not been read.
    pub fn left(&self) -> u64 {
        self.left
    }

    /// The next of what was kept before. To be read to its end before anything is added.
    pub fn next(&mut self) -> io::Result<Bytes> {
        let mut piece = BytesMut::zeroed(READ.min(usize::try_from(self.left).unwrap_or(READ)));
        self.file.read_exact(&mut piece)?;
        self.left -= piece.len() as u64;
        Ok(piece.freeze())
    }

    /// Adds what has come.
    pub fn add(&mut self, piece: Bytes) {
        if self.sound {
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

    /// Writes what has been added. A transfer that is about to wait calls it: what comes slowly is worth keeping at once.
    pub fn flush(&mut self) {
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

    /// What was kept is not the blob, or not worth keeping.
    pub fn clear(&mut self) {
        self.sound = false;
        // A file that cannot be emptied proves wrong again next time.
        let _ = self.file.set_len(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(size: u64, pieces: u64) -> u64 {
        let file = tempfile::tempfile().unwrap();
        let mut keep = Keep::new(file.try_clone().unwrap(), size).unwrap();
        for _ in 0..pieces {
            keep.add(vec![7; 1 << 20].into());
        }
        keep.flush();
        file.metadata().unwrap().len()
    }

    #[test]
    fn what_comes_fast_is_kept_at_its_start_only() {
        assert_eq!(kept(100 << 20, 7), 7 << 20);
        assert_eq!(kept(100 << 20, 8), 0);
        assert_eq!(kept(100 << 20, 20), 0);
    }

    #[test]
    fn a_transfer_that_will_take_long_is_kept_and_one_that_broke_off_before_is_too() {
        assert_eq!(kept(1 << 60, 20), 20 << 20);
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"earlier").unwrap();
        let mut keep = Keep::new(file.try_clone().unwrap(), 100 << 20).unwrap();
        assert_eq!(keep.next().unwrap(), "earlier");
        for _ in 0..20 {
            keep.add(vec![7; 1 << 20].into());
        }
        keep.flush();
        assert_eq!(file.metadata().unwrap().len(), (20 << 20) + 7);
    }

    #[test]
    fn quick_is_what_will_be_here_in_seconds_at_the_speed_so_far() {
        let trial = |size| Trial {
            began: Instant::now(),
            came: TRIAL,
            size,
        };
        assert!(trial(5 * TRIAL).is_quick(Duration::from_millis(500)));
        assert!(!trial(6 * TRIAL).is_quick(Duration::from_millis(500)));
        assert!(trial(TRIAL).is_quick(Duration::from_secs(100)));
    }
}
