//! Decompressing on a thread of its own and hashing on another, while the caller works on the uncompressed bytes.
//!
//! Inflating takes about half of the time of a layer, hashing an eighth, writing the rest. In parallel, a single large
//! layer takes little longer than the slowest of them. The three share a fixed number of large chunks, so memory does
//! not depend on the layer, and a slow disk slows the download down.

use crate::layer::compression::decompress::decompress;
use crate::oci::digest::{DiffId, Hasher};
use rustix::io::Errno;
use std::io::{self, BufRead, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

/// Bytes of one chunk: large enough that sending it (two futex calls) costs nothing beside filling it, small enough
/// that it is still in the processor's cache when it is hashed and written.
const CHUNK: usize = 256 << 10;
/// Chunks of one layer: enough for a series of small files, which are slow to create, and a large one, which is slow to
/// inflate, to even out.
const CHUNKS: usize = 24;

/// Runs `consume` on the uncompressed bytes of `blob`, which it must read to the end. Then reads `blob` to its end, so
/// that its own checks (size, digest) have passed when this succeeds. Returns what `consume` does, with the digest of
/// all uncompressed bytes. Fails soon after `cancel` is set.
///
/// Of several errors, that of `blob` is returned: if the bytes are not the promised ones, that explains whatever else
/// went wrong with them.
pub fn inflate_and_hash<'a, T>(
    blob: Box<dyn Read + Send + 'a>,
    cancel: &AtomicBool,
    consume: impl FnOnce(&mut dyn BufRead) -> anyhow::Result<T>,
) -> anyhow::Result<(T, DiffId)> {
    let mut source = BlobReader {
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
            .spawn_scoped(scope, move || hash_chunks(&to_hash))?;
        let inflater = thread::Builder::new()
            .name("inflate".into())
            .spawn_scoped(scope, move || send_chunks(source, &filled, &hashable))?;
        let mut chunks = ChunkReader {
            filled: to_consume,
            chunk: None,
            read: 0,
        };
        let consumed = consume(&mut chunks);
        // If chunks are left, the inflater fails to send the next one, and ends.
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
    // An error of this machine (a full disk) is not the blob's fault: no need to read on.
    if !is_local(&error) || source.error.is_some() {
        source.finish()?;
    }
    Err(error)
}

/// Whether an error comes from this machine, such as a full disk, and says nothing about the layer.
pub fn is_local(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let io = cause.downcast_ref::<io::Error>();
        cause.is::<Errno>() || io.is_some_and(|error| error.raw_os_error().is_some())
    })
}

/// Reads the blob, and keeps its error: a decoder would return another one in its place.
struct BlobReader<'a> {
    blob: Box<dyn Read + Send + 'a>,
    cancel: &'a AtomicBool,
    error: Option<io::Error>,
}

impl BlobReader<'_> {
    /// Reads on to the end. Returns the blob's error, whenever it happened.
    fn finish(mut self) -> io::Result<()> {
        if self.error.is_none() {
            // `read` keeps the error.
            let _ = io::copy(&mut self, &mut io::sink());
        }
        self.error.map_or(Ok(()), Err)
    }
}

impl Read for BlobReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.error.is_some() {
            return Err(broken_off());
        }
        let result = match self.cancel.load(Ordering::Relaxed) {
            false => self.blob.read(buffer),
            true => Err(io::Error::other("cancelled")),
        };
        match result {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => {
                self.error = Some(error);
                Err(broken_off())
            }
            other => other,
        }
    }
}

/// In place of an error that is returned elsewhere.
fn broken_off() -> io::Error {
    io::Error::other("the layer's bytes broke off")
}

/// Uncompressed bytes, shared by consumer and hasher; a chunk without bytes marks the end. Its memory is filled again
/// once both have dropped it.
struct Chunk {
    bytes: Vec<u8>,
    filled: usize,
    recycle: Sender<Vec<u8>>,
}

impl Chunk {
    fn filled(&self) -> &[u8] {
        &self.bytes[..self.filled]
    }
}

impl Drop for Chunk {
    fn drop(&mut self) {
        // Fails after the inflater has ended, which needs it no more.
        let _ = self.recycle.send(std::mem::take(&mut self.bytes));
    }
}

/// Sends chunk after chunk until the end, or until the consumer takes no more.
fn send_chunks(
    source: &mut BlobReader<'_>,
    consumer: &Sender<Arc<Chunk>>,
    hasher: &Sender<Arc<Chunk>>,
) -> io::Result<()> {
    let (recycle, free) = channel();
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
        let recycle = recycle.clone();
        let chunk = Arc::new(Chunk { bytes, filled, recycle });
        if consumer.send(Arc::clone(&chunk)).is_err() || filled == 0 {
            return Ok(());
        }
        // The hasher ends only after this thread.
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
fn hash_chunks(chunks: &Receiver<Arc<Chunk>>) -> DiffId {
    let mut hasher = Hasher::default();
    for chunk in chunks {
        hasher.update(chunk.filled());
    }
    DiffId(hasher.finish())
}

/// Reads the uncompressed bytes on the consuming side.
struct ChunkReader {
    filled: Receiver<Arc<Chunk>>,
    chunk: Option<Arc<Chunk>>,
    read: usize,
}

impl BufRead for ChunkReader {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let used_up = |chunk: &Arc<Chunk>| self.read == chunk.filled && chunk.filled > 0;
        if self.chunk.as_ref().is_none_or(used_up) {
            self.read = 0;
            // Dropped before the wait for the next, since the inflater may need its memory.
            self.chunk = None;
            self.chunk = Some(self.filled.recv().map_err(|_| broken_off())?);
        }
        let rest = self.chunk.as_ref().map(|chunk| &chunk.filled()[self.read..]);
        Ok(rest.unwrap_or_default())
    }

    fn consume(&mut self, count: usize) {
        self.read += count;
    }
}

impl Read for ChunkReader {
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

    #[test]
    fn any_number_of_bytes_comes_through() {
        for size in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 20 * CHUNK + 7] {
            let bytes = noise(size);
            let blob = gzip(&bytes);
            let (out, diff_id) = inflate_and_hash(Box::new(&blob[..]), &AtomicBool::new(false), read_all).unwrap();
            assert!(out == bytes, "{size} bytes");
            assert_eq!(diff_id, DiffId(Digest::of(&bytes)), "{size} bytes");
        }
    }

    #[test]
    fn the_blobs_own_error_outranks_what_the_consumer_says() {
        let blob = gzip(&noise(3 * CHUNK));
        let error = inflate_and_hash(
            Box::new(Failing(&blob[..], "digest mismatch")),
            &AtomicBool::new(false),
            |tar| {
                tar.read_exact(&mut [0; 10])?;
                anyhow::Result::<()>::Err(anyhow::anyhow!("not a tar"))
            },
        )
        .unwrap_err();
        assert_eq!(error.to_string(), "digest mismatch");
    }

    #[test]
    fn the_blobs_own_error_outranks_broken_compression() {
        let mut blob = gzip(&noise(3 * CHUNK));
        let middle = blob.len() / 2;
        blob.truncate(middle);
        let error = inflate_and_hash(
            Box::new(Failing(&blob[..], "too short")),
            &AtomicBool::new(false),
            read_all,
        )
        .unwrap_err();
        assert_eq!(error.to_string(), "too short");
    }

    #[test]
    fn a_full_disk_is_not_the_blobs_fault() {
        let blob = gzip(&noise(100 * CHUNK));
        let error = inflate_and_hash(
            Box::new(Failing(&blob[..], "digest mismatch")),
            &AtomicBool::new(false),
            |_| anyhow::Result::<()>::Err(io::Error::from_raw_os_error(28).into()),
        )
        .unwrap_err();
        assert_eq!(error.to_string(), "No space left on device (os error 28)");
    }

    #[test]
    fn broken_compression_is_an_error() {
        let mut blob = gzip(&noise(3 * CHUNK));
        let middle = blob.len() / 2;
        blob[middle..][..64].fill(0);
        assert!(inflate_and_hash(Box::new(&blob[..]), &AtomicBool::new(false), read_all).is_err());
    }

    #[test]
    fn it_fails_soon_after_it_is_cancelled() {
        let blob = gzip(&noise(3 * CHUNK));
        let error = inflate_and_hash(Box::new(&blob[..]), &AtomicBool::new(true), read_all).unwrap_err();
        assert_eq!(error.to_string(), "cancelled");
    }
}
