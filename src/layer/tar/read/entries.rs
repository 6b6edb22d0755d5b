//! The entries of a tar, with the extended headers before each one applied.
//!
//! The format's many dialects (V7, ustar, PAX, GNU, star) are read as Go's archive/tar reads them, since that made
//! nearly every layer. Two readers that see different entries in a hostile tar are a way to smuggle some past one of
//! them.

use crate::layer::model::Xattrs;
use crate::layer::path::NAME_OVERHEAD;
use crate::layer::tar::read::header_field::{check_sum, id, number, signed};
use crate::layer::tar::read::pax::Pax;
use crate::layer::tar::read::sparse;
use crate::layer::tar::read::sparse::SparseMap;
use crate::layer::tar::read::stream::{Recorder, TarStream};
use anyhow::{Context, Result, bail, ensure};
use rustix::fs::Timespec;
use std::fs::File;
use std::io::{self, BufRead};
use std::sync::Arc;
use tar::{EntryType, Header};

/// Bytes of all extended headers and long names of one entry: they are held in memory (Go: maxSpecialFileSize).
const MAX_EXTENDED: u64 = 1 << 20;

/// Bytes of the extended attributes in global records, with what keeping each one costs: every entry that follows gets
/// them, even one that is no more than a header. Ext4 keeps no more for one file (a block).
const MAX_GLOBAL: usize = 4 << 10;

/// The type of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TarKind {
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
pub struct TarEntry {
    /// As it stands in the tar: untrusted.
    pub path: Vec<u8>,
    pub kind: TarKind,
    pub mode: u32,
    pub uid: u32,
    pub gid: u32,
    pub mtime: Timespec,
    /// Bytes of content in the stream.
    pub size: u64,
    /// The target of a link: untrusted.
    pub link: Vec<u8>,
    /// Major and minor number.
    pub device: (u32, u32),
    pub xattrs: Arc<Xattrs>,
    /// Only for a sparse file.
    pub sparse: Option<SparseMap>,
}

impl TarEntry {
    /// Bytes of a file when unpacked.
    pub fn unpacked_size(&self) -> u64 {
        self.sparse.as_ref().map_or(self.size, |map| map.size)
    }
}

/// Reads entries one by one.
pub struct TarEntries<'a> {
    stream: TarStream<'a>,
    /// Records of global headers, which apply to all entries that follow.
    global: Pax,
}

impl<'a> TarEntries<'a> {
    /// `limit`: bytes of `tar`, after which reading is an error. `recorder`: gets all that is read, but for the
    /// contents of files.
    pub fn new(tar: &'a mut dyn BufRead, limit: u64, recorder: Option<&'a mut dyn Recorder>) -> TarEntries<'a> {
        TarEntries {
            stream: TarStream::new(tar, limit, recorder),
            global: Pax::default(),
        }
    }

    /// The next entry, past whatever is left of the one before.
    pub fn next(&mut self) -> Result<Option<TarEntry>> {
        let start = self.stream.position();
        self.read_entry().with_context(|| format!("tar entry at byte {start}"))
    }

    /// Hands out the content of the current entry, a file that is not sparse and goes to `path`. Returns the file's
    /// number in the tar-split, which refers to that path for the content.
    pub fn content(&mut self, path: &[u8], take: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> Result<u32> {
        self.stream.file_content(path, take)
    }

    /// Unpacks the content of the current entry, a sparse file, into an empty `file`.
    pub fn unpack_sparse(&mut self, file: &File, map: &SparseMap) -> Result<()> {
        sparse::unpack(&mut self.stream, file, map)
    }

    /// After the last entry: reads to the end of the stream. Returns the tar's size.
    pub fn finish(self) -> Result<u64> {
        self.stream.finish()
    }

    fn read_entry(&mut self) -> Result<Option<TarEntry>> {
        let mut pax = Pax::default();
        let (mut long_name, mut long_link) = (None, None);
        let mut extended = 0u64;
        loop {
            self.stream.skip_content()?;
            let Some(header) = self.header()? else {
                return Ok(None);
            };
            let size = number(&header.as_old().size).context("size")?;
            self.stream.start_content(size)?;
            let kind = header.entry_type();
            if matches!(
                kind,
                EntryType::XHeader | EntryType::XGlobalHeader | EntryType::GNULongName | EntryType::GNULongLink
            ) {
                extended = extended.saturating_add(size);
                ensure!(
                    extended <= MAX_EXTENDED,
                    "extended headers of more than {MAX_EXTENDED} bytes"
                );
            }
            match kind {
                EntryType::XHeader => pax.read(&self.stream.whole_content()?)?,
                EntryType::XGlobalHeader => self.read_global()?,
                EntryType::GNULongName => long_name = Some(until_nul(self.stream.whole_content()?)),
                EntryType::GNULongLink => long_link = Some(until_nul(self.stream.whole_content()?)),
                _ => {
                    pax.inherit(&self.global);
                    return self.entry(&header, pax, long_name, long_link).map(Some);
                }
            }
        }
    }

    fn read_global(&mut self) -> Result<()> {
        let data = self.stream.whole_content()?;
        self.global.read(&data)?;
        self.global.keep_attributes_only();
        let sizes = self.global.xattrs.iter().map(|(name, value)| name.len() + value.len());
        let held: usize = sizes.map(|size| size + NAME_OVERHEAD).sum();
        ensure!(
            held <= MAX_GLOBAL,
            "global PAX records of more than {MAX_GLOBAL} bytes of attributes"
        );
        Ok(())
    }

    fn entry(
        &mut self,
        header: &Header,
        pax: Pax,
        long_name: Option<Vec<u8>>,
        long_link: Option<Vec<u8>>,
    ) -> Result<TarEntry> {
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
            0 if path.ends_with(b"/") => TarKind::Directory,
            0 | b'0' | b'7' | b'S' => TarKind::File,
            b'1' => TarKind::HardLink,
            b'2' => TarKind::Symlink,
            b'3' => TarKind::CharDevice,
            b'4' => TarKind::BlockDevice,
            b'5' => TarKind::Directory,
            b'6' => TarKind::Fifo,
            other => TarKind::Unknown(other),
        };
        // Only files have content, whatever the size field says (Go: isHeaderOnly).
        let has_content = matches!(kind, TarKind::File | TarKind::Unknown(_));
        let size = if has_content {
            pax.size.map_or_else(|| number(&old.size), Ok)?
        } else {
            0
        };
        self.stream.start_content(size)?;

        let device = match kind {
            TarKind::CharDevice | TarKind::BlockDevice => {
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
        let mut entry = TarEntry {
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
        if kind == TarKind::File {
            if old.linkflag[0] == b'S' {
                entry.sparse = Some(sparse::old_gnu(&mut self.stream, header, size).context("sparse map")?);
            } else if let Some(map) = sparse::pax(&mut self.stream, &pax.sparse, size).context("sparse map")? {
                entry.path = pax.sparse.name.unwrap_or(entry.path);
                entry.sparse = Some(map);
            }
            entry.size = self.stream.content_left();
        }
        Ok(entry)
    }

    /// The next header, checked; `None` at the end of the archive.
    fn header(&mut self) -> Result<Option<Header>> {
        let mut header = Header::new_old();
        if !self.stream.block(header.as_mut_bytes())? {
            return Ok(None);
        }
        if header.as_bytes().iter().any(|&byte| byte != 0) {
            check_sum(&header)?;
            return Ok(Some(header));
        }
        // Two blocks of zeros end an archive. Some readers take a lone one as the end as well, others as damage.
        if self.stream.block(header.as_mut_bytes())? {
            ensure!(
                header.as_bytes().iter().all(|&byte| byte == 0),
                "a lone block of zeros inside the tar"
            );
        }
        Ok(None)
    }
}

fn until_nul(mut name: Vec<u8>) -> Vec<u8> {
    if let Some(end) = name.iter().position(|&byte| byte == 0) {
        name.truncate(end);
    }
    name
}
