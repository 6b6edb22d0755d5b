//! Writing tar entries: ustar headers, with PAX records for what does not fit into them.

use crate::layer::tar::write::holes;
use anyhow::{Result, bail, ensure};
use rustix::fs::{FileType, Mode, OFlags, Stat};
use std::collections::HashMap;
use std::collections::hash_map::Entry::{Occupied, Vacant};
use std::fs::File;
use std::io::{BufWriter, ErrorKind, Read, Seek, Write};
use std::os::fd::BorrowedFd;
use tar::{EntryType, Header};

pub const BLOCK: usize = 512;
const BUFFER: usize = 256 << 10;
/// The largest numbers of octal fields with 7 and with 11 digits.
const MAX_7: u64 = 0o7777777;
const MAX_11: u64 = 0o77777777777;

/// What an entry is called, and its attributes.
pub struct Item<'a> {
    /// Relative, without a slash at the end.
    pub path: &'a [u8],
    pub stat: &'a Stat,
    pub xattrs: &'a [(Vec<u8>, Vec<u8>)],
}

pub struct TarWriter<'a> {
    /// Headers are small, and whoever reads may hash or compress each piece.
    out: BufWriter<&'a mut dyn Write>,
    buffer: Box<[u8]>,
    /// Files with several names: where each was first.
    links: HashMap<(u64, u64), Vec<u8>>,
    size: u64,
    /// Whether holes in files stay holes: not in a layer, whose tar is to be the same wherever its files are kept.
    holes: bool,
}

impl<'a> TarWriter<'a> {
    pub fn new(out: &'a mut dyn Write) -> TarWriter<'a> {
        TarWriter {
            out: BufWriter::with_capacity(BUFFER, out),
            buffer: vec![0; BUFFER].into_boxed_slice(),
            links: HashMap::new(),
            // The end of the archive.
            size: 2 * BLOCK as u64,
            holes: false,
        }
    }

    /// Likewise, where the holes in files are not written.
    pub fn keeping_holes(out: &'a mut dyn Write) -> TarWriter<'a> {
        TarWriter {
            holes: true,
            ..TarWriter::new(out)
        }
    }

    /// Bytes so far, and those of the end, without extended headers.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Writes what `name` is in a directory: its header, and a file's content. Nothing for a socket, which lives as long as who listens.
    pub fn entry(&mut self, parent: BorrowedFd<'_>, name: &[u8], item: &Item<'_>) -> Result<()> {
        let kind = FileType::from_raw_mode(item.stat.st_mode);
        if !matches!(kind, FileType::Directory | FileType::Socket) && item.stat.st_nlink > 1 {
            match self.links.entry((item.stat.st_dev, item.stat.st_ino)) {
                Occupied(first) => {
                    let first = first.get().clone();
                    return self.hard_link(item, &first);
                }
                Vacant(new) => drop(new.insert(item.path.to_vec())),
            }
        }
        match kind {
            FileType::RegularFile => self.file(item, open_file(parent, name, item.stat)?),
            FileType::Directory => self.directory(item),
            FileType::Symlink => {
                let target = rustix::fs::readlinkat(parent, name, Vec::new())?;
                self.symlink(item, target.as_bytes())
            }
            FileType::CharacterDevice | FileType::BlockDevice | FileType::Fifo => self.node(item),
            FileType::Socket => Ok(()),
            _ => bail!("an unknown type of file"),
        }
    }

    fn directory(&mut self, item: &Item<'_>) -> Result<()> {
        let path = [item.path, b"/"].concat();
        self.header(
            EntryType::Directory,
            &Item { path: &path, ..*item },
            b"",
            0,
            Records::default(),
        )
    }

    fn symlink(&mut self, item: &Item<'_>, target: &[u8]) -> Result<()> {
        self.header(EntryType::Symlink, item, target, 0, Records::default())
    }

    /// Another name of an entry that was written as `first`.
    fn hard_link(&mut self, item: &Item<'_>, first: &[u8]) -> Result<()> {
        // The attributes are the file's, and were written with its first name.
        self.header(
            EntryType::Link,
            &Item { xattrs: &[], ..*item },
            first,
            0,
            Records::default(),
        )
    }

    /// A device or a pipe.
    fn node(&mut self, item: &Item<'_>) -> Result<()> {
        let kind = match FileType::from_raw_mode(item.stat.st_mode) {
            FileType::CharacterDevice => EntryType::Char,
            FileType::BlockDevice => EntryType::Block,
            _ => EntryType::Fifo,
        };
        self.header(kind, item, b"", 0, Records::default())
    }

    /// A regular file: as many bytes as `item` says. A file that grows meanwhile is cut off there.
    fn file(&mut self, item: &Item<'_>, mut file: File) -> Result<()> {
        let size = item.stat.st_size as u64;
        self.size += size.next_multiple_of(BLOCK as u64);
        if self.holes && (item.stat.st_blocks as u64).saturating_mul(512) < size {
            if let Some(pieces) = holes::pieces(&file, size) {
                return self.file_with_holes(item, file, &pieces);
            }
            file.rewind()?;
        }
        self.header(EntryType::Regular, item, b"", size, Records::default())?;
        self.content(&mut file, size)?;
        self.pad(size)
    }

    /// So many bytes of a file's content.
    pub fn content(&mut self, file: &mut dyn Read, size: u64) -> Result<()> {
        let mut left = size;
        while left > 0 {
            let most = usize::try_from(left).unwrap_or(usize::MAX).min(self.buffer.len());
            match file.read(&mut self.buffer[..most]) {
                Ok(0) => bail!("became {left} bytes shorter while it was packed"),
                Ok(count) => {
                    self.out.write_all(&self.buffer[..count])?;
                    left -= count as u64;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Bytes as they are.
    pub fn raw(&mut self, bytes: &[u8]) -> Result<()> {
        Ok(self.out.write_all(bytes)?)
    }

    /// An empty file that means something by its name.
    pub fn whiteout(&mut self, path: &[u8]) -> Result<()> {
        let mut records = Records::default();
        let mut header = new_header(EntryType::Regular);
        set_text(&mut header.as_old_mut().name, path, "path", &mut records);
        self.put(header, records, path)
    }

    /// The end of the archive.
    pub fn finish(mut self) -> Result<()> {
        self.out.write_all(&[0; 2 * BLOCK])?;
        Ok(self.out.flush()?)
    }

    /// `records`: what else is to be said of it.
    pub fn header(
        &mut self,
        kind: EntryType,
        item: &Item<'_>,
        link: &[u8],
        size: u64,
        mut records: Records,
    ) -> Result<()> {
        let stat = item.stat;
        let mut header = new_header(kind);
        set_text(&mut header.as_old_mut().name, item.path, "path", &mut records);
        set_text(&mut header.as_old_mut().linkname, link, "linkpath", &mut records);
        header.set_mode(stat.st_mode & 0o7777);
        header.set_uid(records.fit("uid", stat.st_uid.into(), MAX_7));
        header.set_gid(records.fit("gid", stat.st_gid.into(), MAX_7));
        header.set_size(records.fit("size", size, MAX_11));
        let seconds = u64::try_from(stat.st_mtime).ok().filter(|&seconds| seconds <= MAX_11);
        header.set_mtime(seconds.unwrap_or(0));
        if seconds.is_none() || stat.st_mtime_nsec != 0 {
            records.add(b"mtime", time(stat.st_mtime, stat.st_mtime_nsec as u32).as_bytes());
        }
        if matches!(kind, EntryType::Char | EntryType::Block) {
            header.set_device_major(rustix::fs::major(stat.st_rdev))?;
            header.set_device_minor(rustix::fs::minor(stat.st_rdev))?;
        }
        for (name, value) in item.xattrs {
            records.add(&[b"SCHILY.xattr.", name.as_slice()].concat(), value);
        }
        self.put(header, records, item.path)
    }

    /// Writes a header, after the records that belong to it.
    fn put(&mut self, mut header: Header, records: Records, path: &[u8]) -> Result<()> {
        self.size += BLOCK as u64;
        if !records.0.is_empty() {
            let mut extended = new_header(EntryType::XHeader);
            let base = path
                .trim_ascii_end()
                .rsplit(|&byte| byte == b'/')
                .find(|part| !part.is_empty());
            let name = [b"PaxHeaders.0/", base.unwrap_or_default()].concat();
            let field = &mut extended.as_old_mut().name;
            let length = name.len().min(field.len());
            field[..length].copy_from_slice(&name[..length]);
            extended.set_size(records.0.len() as u64);
            extended.set_cksum();
            self.out.write_all(extended.as_bytes())?;
            self.out.write_all(&records.0)?;
            self.pad(records.0.len() as u64)?;
        }
        header.set_cksum();
        Ok(self.out.write_all(header.as_bytes())?)
    }

    pub fn pad(&mut self, size: u64) -> Result<()> {
        let padding = size.next_multiple_of(BLOCK as u64) - size;
        Ok(self.out.write_all(&[0; BLOCK][..padding as usize])?)
    }
}

fn open_file(parent: BorrowedFd<'_>, name: &[u8], stat: &Stat) -> Result<File> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let file = File::from(rustix::fs::openat(parent, name, flags, Mode::empty())?);
    let now = rustix::fs::fstat(&file)?;
    ensure!(
        (now.st_dev, now.st_ino) == (stat.st_dev, stat.st_ino),
        "was replaced while it was packed"
    );
    Ok(file)
}

fn new_header(kind: EntryType) -> Header {
    let mut header = Header::new_ustar();
    header.set_entry_type(kind);
    header.set_mode(0o644);
    header.set_uid(0);
    header.set_gid(0);
    header.set_size(0);
    header.set_mtime(0);
    header
}

/// A name goes into its field where it fits and every reader takes it for the same: up to 100 bytes, and either ASCII,
/// or no UTF-8 at all, which a PAX record may not hold by its specification, and so some readers refuse.
fn set_text(field: &mut [u8; 100], text: &[u8], key: &str, records: &mut Records) {
    let length = text.len().min(field.len());
    field[..length].copy_from_slice(&text[..length]);
    let plain = text.is_ascii() || std::str::from_utf8(text).is_err();
    if text.len() > field.len() || !plain {
        records.add(key.as_bytes(), text);
    }
}

/// Seconds with as many digits behind the point as are needed.
fn time(seconds: i64, nanoseconds: u32) -> String {
    // Before 1970 the two have different signs.
    let (sign, seconds, nanoseconds) = match (seconds < 0, nanoseconds) {
        (false, _) => ("", seconds.unsigned_abs(), nanoseconds),
        (true, 0) => ("-", seconds.unsigned_abs(), 0),
        (true, _) => ("-", seconds.unsigned_abs() - 1, 1_000_000_000 - nanoseconds),
    };
    let text = format!("{sign}{seconds}.{nanoseconds:09}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The content of an extended header.
#[derive(Default)]
pub struct Records(Vec<u8>);

impl Records {
    pub fn add(&mut self, key: &[u8], value: &[u8]) {
        // The length counts its own digits.
        let rest = key.len() + value.len() + 3;
        let mut length = rest + 1;
        while length.to_string().len() + rest != length {
            length = length.to_string().len() + rest;
        }
        self.0.extend_from_slice(format!("{length} ").as_bytes());
        self.0.extend_from_slice(key);
        self.0.push(b'=');
        self.0.extend_from_slice(value);
        self.0.push(b'\n');
    }

    /// What goes into the field: the number if it fits, or else nothing, and a record.
    fn fit(&mut self, key: &str, number: u64, max: u64) -> u64 {
        if number <= max {
            return number;
        }
        self.add(key.as_bytes(), number.to_string().as_bytes());
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_as_short_as_they_can_be() {
        assert_eq!(time(1, 500_000_000), "1.5");
        assert_eq!(time(10, 0), "10");
        assert_eq!(time(0, 0), "0");
        assert_eq!(time(-2, 750_000_000), "-1.25");
        assert_eq!(time(-1, 750_000_000), "-0.25");
        assert_eq!(time(-20, 0), "-20");
        assert_eq!(time(100, 1), "100.000000001");
    }

    #[test]
    fn a_record_counts_its_own_length() {
        let mut records = Records::default();
        records.add(b"path", b"ab");
        assert_eq!(records.0, b"11 path=ab\n");
        for length in 80..120 {
            let mut records = Records::default();
            records.add(b"path", &vec![b'x'; length]);
            let text = String::from_utf8(records.0).unwrap();
            let (told, _) = text.split_once(' ').unwrap();
            assert_eq!(told.parse::<usize>().unwrap(), text.len());
        }
    }
}
