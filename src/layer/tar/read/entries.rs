//! The entries of a tar, as the extended headers before each one complete it. Nothing is unpacked here.
//!
//! The format's many dialects (V7, ustar, PAX, GNU, star) are read as Go's archive/tar reads them, since that is what
//! made nearly every layer: two readers that differ over a hostile tar are a way in. All that is read goes into the
//! tar-split, except what [`Entries::content`] hands out.

use crate::layer::apply::tree::PER_NAME;
use crate::layer::model::Xattrs;
use crate::layer::split::SplitWriter;
use crate::layer::tar::read::header_field::{check_sum, id, number, signed};
use crate::layer::tar::read::pax::Pax;
use crate::layer::tar::read::sparse;
use crate::layer::tar::read::sparse::Pieces;
use crate::layer::tar::read::stream::Stream;
use anyhow::{Context, Result, bail, ensure};
use rustix::fs::Timespec;
use std::io;
use std::sync::Arc;
use tar::{EntryType, Header};

pub const BLOCK: u64 = 512;

/// Extended headers and long names are held in memory, so their size is bounded (Go: maxSpecialFileSize).
const MAX_SPECIAL: u64 = 1 << 20;

/// Extended attributes of the global records, with what each costs beside its bytes: every entry that follows gets
/// them, be it as small as a header. Ext4 keeps no more of one file (a block).
const MAX_GLOBAL: usize = 4 << 10;

/// What an entry makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    File,
    HardLink,
    Symlink,
    Directory,
    CharDevice,
    BlockDevice,
    Fifo,
    /// A type that is in no standard, or has no meaning in a layer.
    Unknown(u8),
}

#[derive(Debug)]
pub struct Entry {
    /// As the tar has it: not to be trusted.
    pub path: Vec<u8>,
    pub kind: Kind,
    pub mode: u32,
    pub uid: u32,
    pub gid: u32,
    pub mtime: Timespec,
    /// Bytes of content in the stream.
    pub size: u64,
    /// Where a link points to.
    pub link: Vec<u8>,
    /// Major and minor number.
    pub device: (u32, u32),
    pub xattrs: Arc<Xattrs>,
    /// For a sparse file: where its content goes, and how large it is unpacked.
    pub sparse: Option<Pieces>,
}

/// Reads entries one by one.
pub struct Entries<'a> {
    stream: Stream<'a>,
    /// `None` where nothing is kept.
    split: Option<SplitWriter<'a>>,
    /// Records that hold for all entries that follow.
    global: Pax,
    /// Left of the current entry's content, and of the padding behind it.
    content: u64,
    padding: u64,
}

impl<'a> Entries<'a> {
    pub fn new(stream: Stream<'a>, split: Option<SplitWriter<'a>>) -> Entries<'a> {
        Entries {
            stream,
            split,
            global: Pax::default(),
            content: 0,
            padding: 0,
        }
    }

    /// The next entry, past whatever is left of the one before.
    pub fn next(&mut self) -> Result<Option<Entry>> {
        let start = self.stream.position();
        self.next_here().with_context(|| format!("tar entry at byte {start}"))
    }

    fn next_here(&mut self) -> Result<Option<Entry>> {
        let mut pax = Pax::default();
        let (mut long_name, mut long_link) = (None, None);
        let mut special = 0u64;
        loop {
            self.skip()?;
            let Some(header) = self.header()? else {
                return Ok(None);
            };
            let size = number(&header.as_old().size).context("size")?;
            self.expect(size)?;
            let kind = header.entry_type();
            if matches!(
                kind,
                EntryType::XHeader | EntryType::XGlobalHeader | EntryType::GNULongName | EntryType::GNULongLink
            ) {
                special = special.saturating_add(size);
                ensure!(
                    special <= MAX_SPECIAL,
                    "extended headers of more than {MAX_SPECIAL} bytes"
                );
            }
            match kind {
                EntryType::XHeader => pax.read(&self.special()?)?,
                EntryType::XGlobalHeader => {
                    let data = self.special()?;
                    self.global.read(&data)?;
                    self.global.only_attributes();
                    let sizes = self.global.xattrs.iter().map(|(name, value)| name.len() + value.len());
                    let held: usize = sizes.map(|size| size + PER_NAME).sum();
                    ensure!(
                        held <= MAX_GLOBAL,
                        "global PAX records of more than {MAX_GLOBAL} bytes of attributes"
                    );
                }
                EntryType::GNULongName => long_name = Some(until_nul(self.special()?)),
                EntryType::GNULongLink => long_link = Some(until_nul(self.special()?)),
                _ => {
                    pax.inherit(&self.global);
                    return self.entry(&header, pax, long_name, long_link).map(Some);
                }
            }
        }
    }

    fn entry(
        &mut self,
        header: &Header,
        pax: Pax,
        long_name: Option<Vec<u8>>,
        long_link: Option<Vec<u8>>,
    ) -> Result<Entry> {
        let old = header.as_old();
        let path = pax
            .path
            .or(long_name)
            .unwrap_or_else(|| header.path_bytes().into_owned());
        let link = pax.link.or(long_link);
        let link = link
            .or_else(|| header.link_name_bytes().map(|link| link.into_owned()))
            .unwrap_or_default();
        let kind = match header.as_old().linkflag[0] {
            // V7 had no type for directories.
            0 if path.ends_with(b"/") => Kind::Directory,
            0 | b'0' | b'7' | b'S' => Kind::File,
            b'1' => Kind::HardLink,
            b'2' => Kind::Symlink,
            b'3' => Kind::CharDevice,
            b'4' => Kind::BlockDevice,
            b'5' => Kind::Directory,
            b'6' => Kind::Fifo,
            other => Kind::Unknown(other),
        };
        // Only files have content, whatever the size says (Go: isHeaderOnly).
        let has_content = matches!(kind, Kind::File | Kind::Unknown(_));
        let size = if has_content {
            pax.size.map_or_else(|| number(&old.size), Ok)?
        } else {
            0
        };
        self.expect(size)?;

        let device = match kind {
            Kind::CharDevice | Kind::BlockDevice => {
                let (major, minor) = match (header.as_ustar(), header.as_gnu()) {
                    (Some(ustar), _) => (&ustar.dev_major, &ustar.dev_minor),
                    (_, Some(gnu)) => (&gnu.dev_major, &gnu.dev_minor),
                    _ => bail!("a device without numbers"),
                };
                (number(major)?.try_into()?, number(minor)?.try_into()?)
            }
            _ => (0, 0),
        };
        let mtime = match pax.mtime {
            Some(mtime) => mtime,
            None => Timespec {
                tv_sec: signed(&old.mtime).context("mtime")?,
                tv_nsec: 0,
            },
        };
        let mut entry = Entry {
            path,
            kind,
            mode: (number(&old.mode).context("mode")? & 0o7777) as u32,
            uid: id(pax.uid, &old.uid).context("uid")?,
            gid: id(pax.gid, &old.gid).context("gid")?,
            mtime,
            size,
            link,
            device,
            xattrs: pax.xattrs,
            sparse: None,
        };
        if kind == Kind::File {
            if old.linkflag[0] == b'S' {
                entry.sparse = Some(sparse::old_gnu(self, header, size).context("sparse map")?);
            } else if let Some(pieces) = sparse::pax(self, &pax.sparse, size).context("sparse map")? {
                entry.path = pax.sparse.name.unwrap_or(entry.path);
                entry.sparse = Some(pieces);
            }
            entry.size = self.content;
        }
        Ok(entry)
    }

    /// The next header, checked; `None` at the end of the archive.
    fn header(&mut self) -> Result<Option<Header>> {
        let mut header = Header::new_old();
        if !self.block(header.as_mut_bytes())? {
            return Ok(None);
        }
        if header.as_bytes().iter().any(|&byte| byte != 0) {
            check_sum(&header)?;
            return Ok(Some(header));
        }
        // Two blocks of zeros end an archive. One alone is read as the end by some, as damage by others.
        if self.block(header.as_mut_bytes())? {
            ensure!(
                header.as_bytes().iter().all(|&byte| byte == 0),
                "a lone block of zeros inside the tar"
            );
        }
        Ok(None)
    }

    /// Reads one block into the split; false where the stream ends before it.
    pub fn block(&mut self, block: &mut [u8; BLOCK as usize]) -> Result<bool> {
        let mut filled = 0;
        while filled < block.len() {
            let bytes = self.stream.peek((block.len() - filled) as u64)?;
            let count = bytes.len();
            if count == 0 {
                ensure!(filled == 0, "the tar ends in the middle of a header");
                return Ok(false);
            }
            block[filled..filled + count].copy_from_slice(bytes);
            self.stream.consume(count);
            filled += count;
        }
        keep(&mut self.split, block)?;
        Ok(true)
    }

    /// A block of the current entry's content.
    pub fn content_block(&mut self, block: &mut [u8; BLOCK as usize]) -> Result<()> {
        ensure!(
            self.content + self.padding >= BLOCK && self.block(block)?,
            "ends too early"
        );
        let content = self.content.min(BLOCK);
        self.content -= content;
        self.padding -= BLOCK - content;
        Ok(())
    }

    fn expect(&mut self, size: u64) -> Result<()> {
        self.content = size;
        self.padding = size.checked_next_multiple_of(BLOCK).context("size out of range")? - size;
        Ok(())
    }

    /// The content of an extended header.
    fn special(&mut self) -> Result<Vec<u8>> {
        let mut data = Vec::with_capacity(self.content as usize);
        self.content_raw(u64::MAX, &mut |bytes| {
            data.extend_from_slice(bytes);
            Ok(())
        })?;
        Ok(data)
    }

    /// Hands out the content, which is the caller's to keep: it does not go into the split.
    pub fn content(&mut self, take: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> Result<()> {
        while self.content > 0 {
            let bytes = self.stream.peek(self.content)?;
            ensure!(!bytes.is_empty(), "the tar ends in the middle of a file");
            take(bytes)?;
            let count = bytes.len();
            self.stream.consume(count);
            self.content -= count as u64;
        }
        Ok(())
    }

    /// Hands out at most `most` bytes of the content, and keeps them in the split as well.
    pub fn content_raw(&mut self, most: u64, take: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> Result<()> {
        let mut left = most.min(self.content);
        self.content -= left;
        while left > 0 {
            let bytes = self.stream.peek(left)?;
            ensure!(!bytes.is_empty(), "the tar ends in the middle of an entry");
            take(bytes)?;
            keep(&mut self.split, bytes)?;
            let count = bytes.len();
            self.stream.consume(count);
            left -= count as u64;
        }
        Ok(())
    }

    /// Goes past what is left of the current entry.
    fn skip(&mut self) -> Result<()> {
        self.content += std::mem::take(&mut self.padding);
        self.content_raw(u64::MAX, &mut |_| Ok(()))
    }

    /// Notes in the split that the content which follows is that of `path`, see [`SplitWriter::file`].
    pub fn note(&mut self, path: &[u8], size: u64) -> Result<u32> {
        self.split.as_mut().map_or(Ok(0), |split| split.file(path, size))
    }

    /// After the last entry: keeps whatever follows the end of the archive, and gives back both ends.
    pub fn finish(mut self) -> Result<(Stream<'a>, Option<SplitWriter<'a>>)> {
        loop {
            let bytes = self.stream.peek(u64::MAX)?;
            if bytes.is_empty() {
                return Ok((self.stream, self.split));
            }
            keep(&mut self.split, bytes)?;
            let count = bytes.len();
            self.stream.consume(count);
        }
    }
}

fn keep(split: &mut Option<SplitWriter<'_>>, bytes: &[u8]) -> io::Result<()> {
    split.as_mut().map_or(Ok(()), |split| split.raw(bytes))
}

fn until_nul(mut name: Vec<u8>) -> Vec<u8> {
    if let Some(end) = name.iter().position(|&byte| byte == 0) {
        name.truncate(end);
    }
    name
}
