//! Inflating on a thread of its own, hashing on another: the caller works on the uncompressed bytes while the next are made.
//!
//! Inflating is about half of what a layer costs, hashing an eighth, writing the rest: side by side, a single large layer
//! takes little more than the longest of them. A fixed number of large chunks goes around between the three: memory does
//! not depend on the layer, and a slow disk slows the download down through them.

use crate::layer::compression::decompress::decompress;
use crate::oci::digest::{DiffId, Hasher};
use rustix::io::Errno;
use std::io::{self, BufRead, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

/// Bytes of one chunk: large enough that a hand-over (two futex calls) costs nothing beside filling it, small enough to
/// be in the processor's cache still when it is hashed and written.
const CHUNK: usize = 256 << 10;
/// Chunks of one layer. So many that a run of small files, which are slow to make, and a large one, slow to inflate, even out.
const CHUNKS: usize = 24;

/// Runs `consume` over the uncompressed bytes of `blob`, and then reads `blob` to its end, so that its own checks
/// (size, digest) have passed when this succeeds; with the digest of all uncompressed bytes. `consume` reads to the end.
/// `cancel` makes it fail soon.
///
/// Of several errors the blob's own is the one returned: bytes that are not the promised ones explain whatever else
/// went wrong with them.
pub fn inflated<'a, T>(
    blob: Box<dyn Read + Send + 'a>,
    cancel: &AtomicBool,
    consume: impl FnOnce(&mut dyn BufRead) -> anyhow::Result<T>,
) -> anyhow::Result<(T, DiffId)> {
    let mut source = Source {
        blob,
        cancel,
        error: None,
    };
    let (inflated, consumed, diff_id) = thread::scope(|scope| {
        let (filled, to_consume) = channel();
        let (hashable, to_hash) = channel();
        let source = &mut source;
        let hasher = thread::Builder::new()
            .name("hash".into())
            .spawn_scoped(scope, move || hash(&to_hash))?;
        let inflater = thread::Builder::new()
            .name("inflate".into())
            .spawn_scoped(scope, move || inflate(source, &filled, &hashable))?;
        let mut chunks = Chunks {
            filled: to_consume,
            chunk: None,
            read: 0,
        };
        let consumed = consume(&mut chunks);
        // Where chunks are left, the inflater's next hand-over fails, and it ends.
        drop(chunks);
        let inflated = inflater.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        let diff_id = hasher.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        io::Result::Ok((inflated, consumed, diff_id))
    })?;
    let error = match (inflated, consumed) {
        (Ok(()), Ok(value)) => return source.finish().map(|()| (value, diff_id)).map_err(Into::into),
        (Err(error), _) => error.into(),
        (Ok(()), Err(error)) => error,
    };
    // What is wrong with this machine (a full disk) is not the blob's fault: no need to read on.
    if !is_local(&error) || source.error.is_some() {
        source.finish()?;
    }
    Err(error)
}

/// Whether an error is this machine's, a full disk's say, and says nothing about the layer.
pub fn is_local(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let io = cause.downcast_ref::<io::Error>();
        cause.is::<Errno>() || io.is_some_and(|error| error.raw_os_error().is_some())
    })
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

/// Uncompressed bytes on their way to those who share them; one with none marks the end. Whoever drops it last gives its
/// memory back to be filled again.
struct Chunk {
    bytes: Vec<u8>,
    filled: usize,
    home: Sender<Vec<u8>>,
}

impl Chunk {
    fn filled(&self) -> &[u8] {
        &self.bytes[..self.filled]
    }
}

impl Drop for Chunk {
    fn drop(&mut self) {
        // Nobody needs it where the inflater has ended.
        let _ = self.home.send(std::mem::take(&mut self.bytes));
    }
}

/// Hands over chunk after chunk until the end, or until nobody takes them.
fn inflate(source: &mut Source<'_>, consumer: &Sender<Arc<Chunk>>, hasher: &Sender<Arc<Chunk>>) -> io::Result<()> {
    let (home, free) = channel();
    let mut made = 0;
    let mut tar = decompress(Box::new(source))?;
    loop {
        let mut bytes = match free.try_recv() {
            Ok(bytes) => bytes,
            Err(_) if made < CHUNKS => {
                made += 1;
                vec![0; CHUNK]
            }
            Err(_) => free.recv().expect("a sender is held here"),
        };
        let filled = fill(&mut tar, &mut bytes)?;
        let home = home.clone();
        let chunk = Arc::new(Chunk { bytes, filled, home });
        if consumer.send(Arc::clone(&chunk)).is_err() || filled == 0 {
            return Ok(());
        }
        // It ends later than this thread.
        let _ = hasher.send(chunk);
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

/// The digest of all chunks.
fn hash(chunks: &Receiver<Arc<Chunk>>) -> DiffId {
    let mut hasher = Hasher::default();
    for chunk in chunks {
        hasher.update(chunk.filled());
    }
    DiffId(hasher.finish())
}

/// The uncompressed bytes on the consuming side.
struct Chunks {
    filled: Receiver<Arc<Chunk>>,
    chunk: Option<Arc<Chunk>>,
    read: usize,
}

impl BufRead for Chunks {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let used_up = |chunk: &Arc<Chunk>| self.read == chunk.filled && chunk.filled > 0;
        if self.chunk.as_ref().is_none_or(used_up) {
            self.read = 0;
            // Given back before the wait for the next.
            self.chunk = None;
            self.chunk = Some(self.filled.recv().map_err(|_| broken())?);
        }
        let rest = self.chunk.as_ref().map(|chunk| &chunk.filled()[self.read..]);
        Ok(rest.unwrap_or_default())
    }

    fn consume(&mut self, count: usize) {
        self.read += count;
    }
}

impl Read for Chunks {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut rest = self.fill_buf()?;
        let count = rest.read(out)?;
        self.consume(count);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::digest::Digest;
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

    fn read_all(tar: &mut dyn BufRead) -> anyhow::Result<Vec<u8>> {
        let mut out = Vec::new();
        tar.read_to_end(&mut out)?;
        Ok(out)
    }

    fn go(always: bool) -> AtomicBool {
        AtomicBool::new(!always)
    }

    #[test]
    fn the_bytes_come_through_whatever_their_number() {
        for size in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 20 * CHUNK + 7] {
            let bytes = noise(size);
            let blob = gzip(&bytes);
            let (out, diff_id) = inflated(Box::new(&blob[..]), &go(true), read_all).unwrap();
            assert!(out == bytes, "{size} bytes");
            assert_eq!(diff_id, DiffId(Digest::of(&bytes)), "{size} bytes");
        }
    }

    #[test]
    fn the_blobs_own_error_outranks_what_the_consumer_says() {
        let blob = gzip(&noise(3 * CHUNK));
        let error = inflated(Box::new(Failing(&blob[..], "digest mismatch")), &go(true), |tar| {
            tar.read_exact(&mut [0; 10])?;
            anyhow::Result::<()>::Err(anyhow::anyhow!("not a tar"))
        })
        .unwrap_err();
        assert_eq!(error.to_string(), "digest mismatch");
    }

    #[test]
    fn the_blobs_own_error_outranks_broken_compression() {
        let mut blob = gzip(&noise(3 * CHUNK));
        let middle = blob.len() / 2;
        blob.truncate(middle);
        let error = inflated(Box::new(Failing(&blob[..], "too short")), &go(true), read_all).unwrap_err();
        assert_eq!(error.to_string(), "too short");
    }

    #[test]
    fn a_full_disk_is_not_the_blobs_fault() {
        let blob = gzip(&noise(100 * CHUNK));
        let error = inflated(Box::new(Failing(&blob[..], "digest mismatch")), &go(true), |_| {
            anyhow::Result::<()>::Err(io::Error::from_raw_os_error(28).into())
        })
        .unwrap_err();
        assert_eq!(error.to_string(), "No space left on device (os error 28)");
    }

    #[test]
    fn broken_compression_is_an_error() {
        let mut blob = gzip(&noise(3 * CHUNK));
        let middle = blob.len() / 2;
        blob[middle..][..64].fill(0);
        assert!(inflated(Box::new(&blob[..]), &go(true), read_all).is_err());
    }

    #[test]
    fn cancelled_ends_soon() {
        let blob = gzip(&noise(3 * CHUNK));
        let error = inflated(Box::new(&blob[..]), &go(false), read_all).unwrap_err();
        assert_eq!(error.to_string(), "cancelled");
    }
}
