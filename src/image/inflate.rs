//! Inflating on a thread of its own: the caller reads the uncompressed bytes while the next are being made.
//!
//! Inflating is more than half of what a layer costs, hashing and writing the other half, so two threads take a single
//! large layer through in little more than the longer half. A fixed number of large buffers goes around between them:
//! memory does not depend on the layer, and a slow disk slows the download down through them.

use crate::layer;
use std::io::{self, Read};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;

/// Bytes of one buffer: large enough that a hand-over (two futex calls) costs nothing beside filling it.
const BUFFER: usize = 256 << 10;
/// Buffers that may wait, full, between the threads.
const WAITING: usize = 6;

/// Runs `consume` over the uncompressed bytes of `blob`, and then reads `blob` to its end, so that its own checks
/// (size, digest) have passed when this succeeds. `cancel` makes it fail soon.
///
/// Of several errors the blob's own is the one returned: bytes that are not the promised ones explain whatever else
/// went wrong with them.
pub fn inflated<'a, T>(
    blob: Box<dyn Read + Send + 'a>,
    cancel: &AtomicBool,
    consume: impl FnOnce(&mut dyn Read) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let mut source = Source {
        blob,
        cancel,
        error: None,
    };
    let (inflated, consumed) = thread::scope(|scope| {
        let (full, filled) = sync_channel(WAITING);
        let (empty, emptied) = channel();
        let source = &mut source;
        let inflater = thread::Builder::new()
            .name("inflate".into())
            .spawn_scoped(scope, move || inflate(source, &full, &emptied))?;
        let mut stream = Stream {
            filled,
            empty,
            buffer: Buffer::default(),
            read: 0,
            ended: false,
        };
        let consumed = consume(&mut stream);
        // Where bytes are left, the inflater's next hand-over fails, and it ends.
        drop(stream);
        let inflated = inflater.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        io::Result::Ok((inflated, consumed))
    })?;
    let error = match (inflated, consumed) {
        (Ok(()), Ok(value)) => return source.finish().map(|()| value).map_err(Into::into),
        (Err(error), _) => error.into(),
        (Ok(()), Err(error)) => error,
    };
    // What is wrong with this machine (a full disk) is not the blob's fault: no need to read on.
    let local = error.chain().any(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|e| e.raw_os_error().is_some())
    });
    if !local || source.error.is_some() {
        source.finish()?;
    }
    Err(error)
}

/// The blob; keeps its own error apart from what others make of it.
struct Source<'a> {
    blob: Box<dyn Read + Send + 'a>,
    cancel: &'a AtomicBool,
    error: Option<io::Error>,
}

impl Source<'_> {
    /// Reads on to the end; the blob's own error, whenever it came.
    fn finish(mut self) -> io::Result<()> {
        if self.error.is_none() {
            // An error is kept by `read`.
            let _ = io::copy(&mut self, &mut io::sink());
        }
        self.error.map_or(Ok(()), Err)
    }
}

impl Read for Source<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.error.is_some() {
            return Err(broken());
        }
        let result = match self.cancel.load(Ordering::Relaxed) {
            false => self.blob.read(buffer),
            true => Err(io::Error::other("cancelled")),
        };
        match result {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => {
                self.error = Some(error);
                Err(broken())
            }
            other => other,
        }
    }
}

/// Stands in for an error that is kept elsewhere.
fn broken() -> io::Error {
    io::Error::other("the layer's bytes broke off")
}

/// Uncompressed bytes on their way; one with none marks the end.
#[derive(Default)]
struct Buffer {
    bytes: Vec<u8>,
    filled: usize,
}

/// Hands over buffer after buffer until the end, or until nobody takes them.
fn inflate(source: &mut Source<'_>, full: &SyncSender<Buffer>, emptied: &Receiver<Vec<u8>>) -> io::Result<()> {
    let mut tar = layer::decompress(Box::new(source))?;
    loop {
        // At most WAITING, and one on each side, are ever made.
        let mut bytes = emptied.try_recv().unwrap_or_else(|_| vec![0; BUFFER]);
        let filled = fill(&mut tar, &mut bytes)?;
        if full.send(Buffer { bytes, filled }).is_err() || filled == 0 {
            return Ok(());
        }
    }
}

/// Reads until `buffer` is full or the end has come.
fn fill(from: &mut dyn Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match from.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// The uncompressed bytes on the consuming side.
struct Stream {
    filled: Receiver<Buffer>,
    empty: Sender<Vec<u8>>,
    buffer: Buffer,
    read: usize,
    ended: bool,
}

impl Read for Stream {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.read == self.buffer.filled && !self.ended {
            let next = self.filled.recv().map_err(|_| broken())?;
            self.ended = next.filled == 0;
            self.read = 0;
            let last = std::mem::replace(&mut self.buffer, next);
            if !last.bytes.is_empty() {
                // Nobody needs it where the inflater has ended.
                let _ = self.empty.send(last.bytes);
            }
        }
        let rest = &self.buffer.bytes[self.read..self.buffer.filled];
        let n = rest.len().min(out.len());
        out[..n].copy_from_slice(&rest[..n]);
        self.read += n;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;

    /// Serves bytes, then ends with an error.
    struct Failing<R>(R, &'static str);

    impl<R: Read> Read for Failing<R> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            match self.0.read(buffer)? {
                0 => Err(io::Error::other(self.1)),
                n => Ok(n),
            }
        }
    }

    fn noise(size: usize) -> Vec<u8> {
        let mut state = 1u32;
        std::iter::repeat_with(|| {
            state = state.wrapping_mul(1664525).wrapping_add(1013904223);
            (state >> 24) as u8
        })
        .take(size)
        .collect()
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn read_all(tar: &mut dyn Read) -> anyhow::Result<Vec<u8>> {
        let mut out = Vec::new();
        tar.read_to_end(&mut out)?;
        Ok(out)
    }

    fn go(always: bool) -> AtomicBool {
        AtomicBool::new(!always)
    }

    #[test]
    fn the_bytes_come_through_whatever_their_number() {
        for size in [0, 1, BUFFER - 1, BUFFER, BUFFER + 1, 20 * BUFFER + 7] {
            let bytes = noise(size);
            let blob = gzip(&bytes);
            let out = inflated(Box::new(&blob[..]), &go(true), read_all).unwrap();
            assert!(out == bytes, "{size} bytes");
        }
    }

    #[test]
    fn the_blobs_own_error_outranks_what_the_consumer_says() {
        let blob = gzip(&noise(3 * BUFFER));
        let error = inflated(Box::new(Failing(&blob[..], "digest mismatch")), &go(true), |tar| {
            tar.read_exact(&mut [0; 10])?;
            anyhow::Result::<()>::Err(anyhow::anyhow!("not a tar"))
        })
        .unwrap_err();
        assert_eq!(error.to_string(), "digest mismatch");
    }

    #[test]
    fn the_blobs_own_error_outranks_broken_compression() {
        let mut blob = gzip(&noise(3 * BUFFER));
        let middle = blob.len() / 2;
        blob.truncate(middle);
        let error = inflated(Box::new(Failing(&blob[..], "too short")), &go(true), read_all).unwrap_err();
        assert_eq!(error.to_string(), "too short");
    }

    #[test]
    fn a_full_disk_is_not_the_blobs_fault() {
        let blob = gzip(&noise(100 * BUFFER));
        let error = inflated(Box::new(Failing(&blob[..], "digest mismatch")), &go(true), |_| {
            anyhow::Result::<()>::Err(io::Error::from_raw_os_error(28).into())
        })
        .unwrap_err();
        assert_eq!(error.to_string(), "No space left on device (os error 28)");
    }

    #[test]
    fn broken_compression_is_an_error() {
        let mut blob = gzip(&noise(3 * BUFFER));
        let middle = blob.len() / 2;
        blob[middle..][..64].fill(0);
        assert!(inflated(Box::new(&blob[..]), &go(true), read_all).is_err());
    }

    #[test]
    fn cancelled_ends_soon() {
        let blob = gzip(&noise(3 * BUFFER));
        let error = inflated(Box::new(&blob[..]), &go(false), read_all).unwrap_err();
        assert_eq!(error.to_string(), "cancelled");
    }
}
