//! Where an archive is written: a tar, or a directory with the same members.
//!
//! Equal images give equal bytes: no times, no owners, and an order that depends on the images alone.

use anyhow::{Context, Result, ensure};
use rustix::fs::{Mode, OFlags, mkdirat, openat};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::fd::OwnedFd;
use tar::{EntryType, Header};

/// Bytes of a tar's block (tar(5)).
const BLOCK: u64 = 512;
/// Bytes that are written at once.
const BUFFER: usize = 256 << 10;

/// The output of an archive.
pub enum ArchiveSink<'a> {
    Tar(&'a mut dyn Write),
    /// An empty directory.
    Directory(OwnedFd),
}

impl ArchiveSink<'_> {
    /// Adds a directory. Its parent was added before.
    pub fn directory(&mut self, path: &str) -> Result<()> {
        match self {
            ArchiveSink::Tar(out) => {
                let header = header(EntryType::Directory, &format!("{path}/"), 0o755, 0)?;
                Ok(out.write_all(header.as_bytes())?)
            }
            ArchiveSink::Directory(dir) => {
                mkdirat(dir, path, Mode::from_raw_mode(0o755)).with_context(|| path.to_owned())
            }
        }
    }

    /// Adds a file of `size` bytes, which `content` writes.
    pub fn file(&mut self, path: &str, size: u64, content: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
        match self {
            ArchiveSink::Tar(out) => {
                let header = header(EntryType::Regular, path, 0o644, size)?;
                out.write_all(header.as_bytes())?;
                write_exactly(size, &mut **out, content)?;
                let padding = size.next_multiple_of(BLOCK) - size;
                Ok(out.write_all(&[0; BLOCK as usize][..padding as usize])?)
            }
            ArchiveSink::Directory(dir) => {
                let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
                let file = openat(dir, path, flags, Mode::from_raw_mode(0o644)).with_context(|| path.to_owned())?;
                write_exactly(size, &mut File::from(file), content).with_context(|| path.to_owned())
            }
        }
    }

    /// Adds a file from memory.
    pub fn bytes(&mut self, path: &str, bytes: &[u8]) -> Result<()> {
        self.file(path, bytes.len() as u64, |out| Ok(out.write_all(bytes)?))
    }

    /// Ends the archive.
    pub fn finish(self) -> Result<()> {
        if let ArchiveSink::Tar(out) = self {
            out.write_all(&[0; 2 * BLOCK as usize])?;
            out.flush()?;
        }
        Ok(())
    }
}

fn header(kind: EntryType, path: &str, mode: u32, size: u64) -> Result<Header> {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_path(path)?;
    header.set_mode(mode);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    header.set_size(size);
    header.set_cksum();
    Ok(header)
}

/// Lets `content` write, and fails where it does not write exactly `size` bytes.
fn write_exactly(size: u64, out: &mut dyn Write, content: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    let mut counted = BufWriter::with_capacity(BUFFER, Counted { out, left: size });
    content(&mut counted)?;
    counted.flush()?;
    let left = counted.get_ref().left;
    ensure!(left == 0, "{left} of {size} bytes are missing");
    Ok(())
}

/// Fails where more than `left` bytes are written.
struct Counted<'a> {
    out: &'a mut dyn Write,
    left: u64,
}

impl Write for Counted<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.len() as u64 > self.left {
            return Err(io::Error::other("there are more bytes than were announced"));
        }
        let count = self.out.write(bytes)?;
        self.left -= count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
