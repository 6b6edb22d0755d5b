//! An archive of images: a tar, or a directory with the same members, which are read by name and in any order.
//!
//! Archives are hostile, and no name in one leads out of it: members of a tar are read where they are in the tar, never
//! extracted, and members of a directory are opened beneath it, without following symlinks. An archive that cannot be
//! read at any offset (a pipe, a compressed tar) is first written, uncompressed, to a file in the store that has no
//! name, so that it is gone with the process.

use crate::image::archive::members::{Member, clean, index};
use crate::layer::compression::decompress;
use crate::store::Store;
use crate::sys::files::rooted;
use anyhow::{Context, Result, bail, ensure};
use rustix::fs::{CWD, Mode, OFlags};
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::FileExt;

/// Symlinks on the way to one member.
const MAX_LINKS: usize = 16;
/// Bytes that are copied at once.
const BUFFER: usize = 256 << 10;

/// An open archive.
pub enum Archive {
    Tar {
        file: File,
        members: HashMap<String, Member>,
    },
    Directory(File),
}

impl Archive {
    /// Opens a tar, plain or compressed, from its current offset; a pipe of such a tar; or a directory.
    pub fn open(store: &Store, mut input: File) -> Result<Archive> {
        let kind = input.metadata()?.file_type();
        if kind.is_dir() {
            return Ok(Archive::Directory(input));
        }
        let file = match kind.is_file() && !is_compressed(&mut input)? {
            true => input,
            false => spool(store, decompress::decompress(Box::new(input))?)?,
        };
        let members = index(&file)?;
        Ok(Archive::Tar { file, members })
    }

    /// Whether the archive has the member.
    pub fn has(&self, name: &str) -> Result<bool> {
        Ok(self.find(name)?.is_some())
    }

    /// A member's bytes; none where there is no such member, an error where they are more than `limit`.
    pub fn bytes(&self, name: &str, limit: u64) -> Result<Option<Vec<u8>>> {
        let Some(member) = self.find(name)? else {
            return Ok(None);
        };
        ensure!(member.left <= limit, "{name:?} is larger than {limit} bytes");
        let mut bytes = Vec::new();
        member
            .take(limit)
            .read_to_end(&mut bytes)
            .with_context(|| format!("reading {name:?}"))?;
        Ok(Some(bytes))
    }

    /// Opens a member; an error that names it where the archive has none such.
    pub fn open_member(&self, name: &str) -> Result<MemberReader> {
        self.find(name)?.with_context(|| format!("the archive has no {name:?}"))
    }

    fn find(&self, name: &str) -> Result<Option<MemberReader>> {
        match self {
            Archive::Directory(dir) => {
                let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
                let file = match rooted::open_exact(dir, name, flags) {
                    Ok(file) => File::from(file),
                    Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
                    Err(error) => return Err(error).with_context(|| format!("opening {name:?}")),
                };
                let meta = file.metadata()?;
                ensure!(meta.is_file(), "{name:?} is not a regular file");
                Ok(Some(MemberReader {
                    file,
                    offset: 0,
                    left: meta.len(),
                }))
            }
            Archive::Tar { file, members } => {
                let mut name = clean(name);
                for _ in 0..MAX_LINKS {
                    match name.as_ref().and_then(|name| members.get(name)) {
                        None => return Ok(None),
                        Some(Member::Link(target)) => name = Some(target.clone()),
                        Some(&Member::Content { start, size }) => {
                            let file = file.try_clone()?;
                            return Ok(Some(MemberReader {
                                file,
                                offset: start,
                                left: size,
                            }));
                        }
                    }
                }
                bail!("too many links on the way to {name:?}")
            }
        }
    }
}

/// Reads one member. Several can be read at a time: each has its own offset.
pub struct MemberReader {
    file: File,
    offset: u64,
    /// Bytes that were not read yet.
    pub left: u64,
}

impl Read for MemberReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = buffer.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let count = self.file.read_at(&mut buffer[..most], self.offset)?;
        if count == 0 && most > 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.offset += count as u64;
        self.left -= count as u64;
        Ok(count)
    }
}

/// Whether the file's next bytes are those with which gzip and zstd begin. Its offset stays.
fn is_compressed(file: &mut File) -> io::Result<bool> {
    let mut start = Vec::new();
    let offset = file.stream_position()?;
    Read::take(&mut *file, 4).read_to_end(&mut start)?;
    file.seek(io::SeekFrom::Start(offset))?;
    Ok(start.starts_with(&[0x1f, 0x8b]) || start == [0x28, 0xb5, 0x2f, 0xfd])
}

/// Writes all of `stream` to a file without a name, on the store's filesystem, and rewinds it.
fn spool(store: &Store, mut stream: impl Read) -> Result<File> {
    let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
    let file = rustix::fs::openat(CWD, store.root(), flags, Mode::RUSR | Mode::WUSR);
    let mut file = File::from(
        file.map_err(io::Error::from)
            .context("making a temporary file in the store")?,
    );
    let mut buffer = vec![0; BUFFER];
    loop {
        let count = match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error).context("reading the archive"),
        };
        file.write_all(&buffer[..count])
            .context("keeping the archive in the store")?;
    }
    file.rewind()?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tar::{EntryType, Header};

    fn archive(build: impl FnOnce(&mut tar::Builder<Vec<u8>>)) -> Result<Archive> {
        let mut builder = tar::Builder::new(Vec::new());
        build(&mut builder);
        raw(&builder.into_inner().unwrap())
    }

    fn raw(bytes: &[u8]) -> Result<Archive> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        file.rewind().unwrap();
        let members = index(&file)?;
        Ok(Archive::Tar { file, members })
    }

    fn add(builder: &mut tar::Builder<Vec<u8>>, name: &str, content: &[u8]) {
        let mut header = Header::new_gnu();
        header.set_size(content.len() as u64);
        builder.append_data(&mut header, name, content).unwrap();
    }

    fn link(builder: &mut tar::Builder<Vec<u8>>, kind: EntryType, name: &str, target: &str) {
        let mut header = Header::new_gnu();
        header.set_entry_type(kind);
        // The size of a link must be ignored.
        header.set_size(if kind == EntryType::Link { 512 } else { 0 });
        builder.append_link(&mut header, name, target).unwrap();
    }

    fn text(archive: &Archive, name: &str) -> Option<String> {
        let bytes = archive.bytes(name, 100).unwrap()?;
        Some(String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn members_are_found_in_any_order_and_spelling() {
        let long = format!("{}/x", "d".repeat(150));
        let archive = archive(|tar| {
            add(tar, "b/two", b"2");
            add(tar, "one", b"old");
            add(tar, &long, b"long");
            add(tar, "one", b"1");
        })
        .unwrap();
        assert_eq!(text(&archive, "one").as_deref(), Some("1"));
        assert_eq!(text(&archive, "./b//two").as_deref(), Some("2"));
        assert_eq!(text(&archive, &long).as_deref(), Some("long"));
        assert_eq!(text(&archive, "three"), None);
        assert!(archive.has("b/two").unwrap() && !archive.has("b").unwrap());
    }

    #[test]
    fn pax_headers_give_names_and_sizes() {
        let archive = archive(|tar| {
            let records = [("path", &b"a/long/name"[..]), ("size", b"5")];
            tar.append_pax_extensions(records).unwrap();
            let mut header = Header::new_ustar();
            header.set_path("short").unwrap();
            header.set_size(0);
            header.set_cksum();
            tar.append(&header, &b""[..]).unwrap();
            tar.get_mut().extend_from_slice(&[b"12345", &[0; 507][..]].concat());
            add(tar, "next", b"n");
        })
        .unwrap();
        assert_eq!(text(&archive, "a/long/name").as_deref(), Some("12345"));
        assert_eq!(text(&archive, "next").as_deref(), Some("n"));
    }

    #[test]
    fn links_do_not_lead_out_and_loops_are_refused() {
        let archive = archive(|tar| {
            add(tar, "a/layer.tar", b"layer");
            link(tar, EntryType::Symlink, "b/layer.tar", "../a/layer.tar");
            link(tar, EntryType::Link, "c", "b/layer.tar");
            link(tar, EntryType::Symlink, "out", "../../etc/passwd");
            link(tar, EntryType::Symlink, "absolute", "/etc/passwd");
            link(tar, EntryType::Symlink, "round", "round");
        })
        .unwrap();
        assert_eq!(text(&archive, "b/layer.tar").as_deref(), Some("layer"));
        assert_eq!(text(&archive, "c").as_deref(), Some("layer"));
        assert_eq!(text(&archive, "out"), None);
        assert_eq!(text(&archive, "absolute"), None);
        assert!(archive.bytes("round", 100).is_err());
        assert_eq!(text(&archive, "../a/layer.tar"), None);
    }

    #[test]
    fn a_tar_that_is_cut_off_and_a_file_that_is_no_tar_are_refused() {
        let mut builder = tar::Builder::new(Vec::new());
        add(&mut builder, "a", &[1; 2000]);
        let bytes = builder.into_inner().unwrap();
        let message = |bytes: &[u8]| format!("{:#}", raw(bytes).err().unwrap());
        assert_eq!(message(&bytes[..1500]), "the archive is cut off");
        assert_eq!(message(b""), "the archive is empty");
        assert_eq!(message(&[b'x'; 2000]), "not a tar: byte 0: no tar header");
        assert!(message(&[b'x'; 200]).starts_with("not a tar: byte 0: "));
    }

    #[test]
    fn a_long_name_has_a_limit() {
        let mut header = Header::new_gnu();
        header.set_entry_type(EntryType::GNULongName);
        header.set_size(2 << 20);
        header.set_cksum();
        let mut bytes = header.as_bytes().to_vec();
        bytes.resize((2 << 20) + 2048, b'x');
        let error = raw(&bytes).err().unwrap();
        assert_eq!(error.to_string(), "an extended header of 2097152 bytes");
    }

    #[test]
    fn a_directory_gives_its_files_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("d")).unwrap();
        std::fs::write(dir.path().join("d/file"), "x").unwrap();
        std::os::unix::fs::symlink("/etc/passwd", dir.path().join("link")).unwrap();
        let archive = Archive::Directory(File::open(dir.path()).unwrap());
        assert_eq!(text(&archive, "d/file").as_deref(), Some("x"));
        assert_eq!(text(&archive, "none"), None);
        for name in ["link", "d", "../d/file"] {
            assert!(archive.bytes(name, 100).is_err(), "{name}");
        }
        assert_eq!(text(&archive, "/etc/passwd"), None);
        assert!(archive.bytes("d/file", 0).is_err());
    }
}
